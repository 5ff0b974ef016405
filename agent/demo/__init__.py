"""The demo: the main job, played against the sandbox as a process of its own."""

"""`python -m agent` is the command `bbm`."""

from agent.cli import main

if __name__ == "__main__":
    main()

"""The five problems of a one-sided balance, as checks over what is kept."""

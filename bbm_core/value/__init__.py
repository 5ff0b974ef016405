"""What customers are worth: histories, survival, repeat orders, the ladder, classes."""

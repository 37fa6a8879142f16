"""What is learnt from the past before anything is forecast, and how it is kept."""

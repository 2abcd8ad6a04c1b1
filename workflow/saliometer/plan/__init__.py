"""What a config makes: jobs, products, and what they need."""

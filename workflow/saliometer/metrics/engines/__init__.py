"""What several families of metrics share: no family is in here."""

"""Numbers and units of the package siunitx, as the package prints them."""

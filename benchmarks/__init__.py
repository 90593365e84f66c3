"""One script per performance budget; each prints ratios measured in one run."""

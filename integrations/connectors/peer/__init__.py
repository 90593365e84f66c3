"""Another installation of this product, whose view of its own items is read and never written."""

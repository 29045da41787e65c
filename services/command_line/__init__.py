"""The composition root: builds, starts and stops what the product is made of; imported by nobody."""

"""The face: HTTP API made from the registry, sign-in, pages. It decides nothing; it asks the services and reads rows."""

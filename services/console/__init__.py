"""The face: HTTP API made from the registry, sign-in, pages. It asks services and reads rows."""

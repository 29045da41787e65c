"""What a process needs to run: settings, servers, provisioning, identity, clock and readiness."""

"""The stage intake: norm 2.1.1 to 2.1.2: channels, registration, first response, customers and moulds."""

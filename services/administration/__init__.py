"""The stage administration: who may, by which rules: staff, delegates, policies, vocabularies."""

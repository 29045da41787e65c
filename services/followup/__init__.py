"""The stage followup: norm 2.4.2 to 2.5.1 and the clocks: what time brings about."""

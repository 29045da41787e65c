-- A message that answers a letter of ours, or brings one back, is listed with the case that it is about.
alter table intake.ledger drop constraint ledger_listing_check;
alter table intake.ledger
    add column about_case text,
    add check (listing in ('bounce', 'automatic_reply', 'other_content', 'reply'));

-- What was given up waits for a person, who has it sent again or drops it and says why.
alter table runner.outbox drop constraint outbox_state_check;
alter table runner.outbox add constraint outbox_state_check
    check (state in ('pending', 'sent', 'refused', 'withdrawn', 'parked', 'dropped'));
alter table runner.outbox add column dropped_because text;
alter table runner.parked_reaction add column dropped_because text;

-- A command of a reactor carries on the trace of the event that it follows from; what waits is counted by its state.
alter table runner.outbox add column traceparent text;
create index outbox_waiting on runner.outbox (state, reactor) where state in ('pending', 'parked');

-- The watch plans other things than before: levels, and clocks that there were none of. It goes through the log again, so
-- that open cases are watched too in which nothing happens; its commands have derived ids, so that nothing is done twice.
update runner.outbox set state = 'withdrawn'
where state = 'pending' and (reactor = 'escalate-refusals' or key like 'breach:%');
delete from runner.reactor where name = 'watch-clocks';

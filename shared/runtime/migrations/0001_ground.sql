-- What reactors have seen and still have to do.
create schema if not exists runner;

create table runner.reactor (
    name text primary key,
    position bigint not null
);

create table runner.parked_reaction (
    reactor text not null,
    sequence bigint not null,
    error text not null,
    primary key (reactor, sequence)
);

create table runner.outbox (
    key text primary key,
    reactor text not null,
    service text not null,
    command text not null,
    aggregate_id text not null,
    body text not null,
    command_id text not null,
    causation_id text not null,
    correlation_id text not null,
    not_before timestamptz not null,
    state text not null check (state in ('pending', 'sent', 'refused', 'withdrawn', 'parked')),
    attempts integer not null,
    error text
);
create index outbox_due on runner.outbox (not_before, key) where state = 'pending';

grant usage on schema runner to moldcare_service, moldcare_console;
grant select, insert, update, delete on all tables in schema runner to moldcare_service;
grant select on all tables in schema runner to moldcare_console;

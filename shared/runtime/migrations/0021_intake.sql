-- What became of every raw message. Sender and subject are sealed; errors hold codes and fields, never content.
create schema if not exists intake;

create table intake.ledger (
    sequence bigint primary key,
    message_subject text not null,
    sha256 text not null,
    status text not null check (status in ('registered', 'listed', 'quarantined')),
    listing text check (listing in ('bounce', 'automatic_reply', 'other_content')),
    case_id text,
    error text,
    sender text,
    title text,
    received_at timestamptz,
    stored_at timestamptz not null,
    settled_at timestamptz not null,
    attempts integer not null default 1,
    check ((status = 'listed') = (listing is not null)),
    check ((status = 'registered') = (case_id is not null))
);
create index ledger_open on intake.ledger (status, sequence) where status <> 'registered';

grant usage on schema intake to moldcare_service, moldcare_console;
grant select, insert, update on intake.ledger to moldcare_service;
grant select on intake.ledger to moldcare_console;

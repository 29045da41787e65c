-- Mail to customers: what is to be sent, and how far each message came. Addresses, texts and names in it are sealed.
create table runner.mail (
    key text primary key,
    case_id text not null,
    request_id text not null unique,
    mail_id text not null unique,
    body text not null,
    is_automatic boolean not null,
    contact_id text not null,
    causation_id text not null,
    correlation_id text not null,
    traceparent text,
    asked_at timestamptz not null,
    not_before timestamptz not null,
    state text not null
        check (state in ('waiting', 'sending', 'sent', 'in_doubt', 'refused', 'returned', 'expired', 'answered')),
    attempts integer not null default 0,
    code text,
    settled_at timestamptz
);
create index mail_due on runner.mail (not_before, key) where state = 'waiting';
create index mail_to_decide on runner.mail (state, asked_at)
    where state in ('waiting', 'sending', 'in_doubt', 'refused', 'returned', 'expired');
create index mail_of_contact on runner.mail (contact_id, settled_at) where is_automatic;
create index mail_of_case on runner.mail (case_id, asked_at);

grant select, insert, update, delete on runner.mail to moldcare_service;
grant select on runner.mail to moldcare_console;

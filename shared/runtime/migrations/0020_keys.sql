-- Wrapped keys of customers' persons and of objects (files, raw messages). No log can bring them back.
create schema if not exists keys;

create table keys.person_key (
    person_id text primary key,
    wrapped bytea not null,
    made_at timestamptz not null default now()
);

create table keys.object_wrap (
    object_id text not null,
    person_id text not null references keys.person_key on delete cascade,
    wrapped bytea not null,
    made_at timestamptz not null default now(),
    primary key (object_id, person_id)
);
create index object_wrap_person on keys.object_wrap (person_id);

grant usage on schema keys to moldcare_service, moldcare_console;
grant select, insert, update, delete on all tables in schema keys to moldcare_service;
grant select, insert on keys.person_key to moldcare_console;
grant select, insert, delete on keys.object_wrap to moldcare_console;

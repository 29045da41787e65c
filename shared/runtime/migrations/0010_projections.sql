-- Builds of read models, their positions and what they could not take; the read models themselves stand in schema read.
create schema if not exists projections;
create schema if not exists read;

create table projections.build (
    table_name text primary key,
    name text not null,
    version integer not null,
    status text not null check (status in ('building', 'live', 'retired', 'scratch')),
    position bigint not null default 0,
    epoch bigint not null default 0,
    applied_at timestamptz,
    paused text
);
create unique index build_one_live on projections.build (name) where status = 'live';

create table projections.parked (
    table_name text not null references projections.build on delete cascade,
    sequence bigint not null,
    subject text not null,
    version integer not null,
    type text not null,
    error text not null,
    primary key (table_name, sequence)
);
create index parked_subject on projections.parked (table_name, subject);

do $$
begin
    if exists (select from pg_roles where rolname = 'moldcare_service') then
        grant usage on schema projections to moldcare_service;
        grant select, insert, update, delete on all tables in schema projections to moldcare_service;
        grant usage, create on schema read to moldcare_service;
    end if;
    if exists (select from pg_roles where rolname = 'moldcare_console') then
        grant usage on schema projections, read to moldcare_console;
        grant select on all tables in schema projections to moldcare_console;
    end if;
    if exists (select from pg_roles where rolname in ('moldcare_service', 'moldcare_console') having count(*) = 2)
        and pg_has_role(current_user, 'moldcare_service', 'member') then
        alter default privileges for role moldcare_service in schema read grant select on tables to moldcare_console;
    end if;
end
$$;

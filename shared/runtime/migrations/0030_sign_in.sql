-- Passwords and sign-ins: the one thing beside keys that is not derived from the log.
create schema if not exists access;

create table access.password (
    user_name text primary key,
    hash text not null
);

create table access.sign_in (
    token_hash bytea primary key,
    user_name text not null,
    started_at timestamptz not null,
    expires_at timestamptz not null
);
create index sign_in_user on access.sign_in (user_name);

do $$
begin
    if exists (select from pg_roles where rolname = 'moldcare_console') then
        grant usage on schema access to moldcare_console;
        grant select, insert, update, delete on access.password, access.sign_in to moldcare_console;
    end if;
    if exists (select from pg_roles where rolname = 'moldcare_service') then
        grant usage on schema access to moldcare_service;
        grant select, insert, update, delete on access.password, access.sign_in to moldcare_service;
    end if;
end
$$;

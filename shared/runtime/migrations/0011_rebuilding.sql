-- Builds beside the live ones that a later run goes on with, and schemas for read models as they were at a position.
alter table projections.build drop constraint build_status_check;
alter table projections.build add constraint build_status_check
    check (status in ('building', 'beside', 'live', 'retired', 'scratch'));

-- Services may make and drop these schemas and no others: the functions run with the rights of whoever provisions.
create function projections.open_scratch(at bigint) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    name text := 'scratch_' || at;
begin
    if at < 0 then
        raise exception 'a position is not negative';
    end if;
    execute format('create schema if not exists %I', name);
    if exists (select from pg_roles where rolname = 'moldcare_service') then
        execute format('grant usage, create on schema %I to moldcare_service', name);
    end if;
    if exists (select from pg_roles where rolname = 'moldcare_console') then
        execute format('grant usage on schema %I to moldcare_console', name);
    end if;
    if exists (select from pg_roles where rolname in ('moldcare_service', 'moldcare_console') having count(*) = 2)
        and pg_has_role(current_user, 'moldcare_service', 'member') then
        execute format('alter default privileges for role moldcare_service in schema %I
            grant select on tables to moldcare_console', name);
    end if;
    return name;
end
$$;

create function projections.drop_scratch(name text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if name !~ '^scratch_[0-9]+$' then
        raise exception '% is no scratch schema', name;
    end if;
    execute format('drop schema if exists %I cascade', name);
end
$$;

revoke all on function projections.open_scratch(bigint), projections.drop_scratch(text) from public;
do $$
begin
    if exists (select from pg_roles where rolname = 'moldcare_service') then
        grant execute on function projections.open_scratch(bigint), projections.drop_scratch(text) to moldcare_service;
    end if;
end
$$;

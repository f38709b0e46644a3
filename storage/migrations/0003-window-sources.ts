/** Windows by source, with segments and sources in quarantine. */
export const WINDOW_SOURCES = `
-- What one source showed in one window. Rows are appended and added up when they are read: reports of one window never
-- wait for each other, and adding sketches up in SQL takes longer than everything else together. Later, rows that have
-- been counted are replaced by their sum: by window, then by hour.
create table source_window (
  tenant name_text,
  environment name_text,
  rollout name_text,
  generation int,
  end_ms bigint,
  start_ms bigint,
  coverage int,
  source name_text,
  part bigint generated always as identity,
  grain text not null default 'report',
  is_late boolean not null,
  reports int not null,
  clock_skew_ms bigint,
  variants json not null,
  primary key (tenant, environment, rollout, generation, end_ms, start_ms, coverage, source, part),
  check (grain in ('report', 'window', 'hour'))
);
create index source_window_by_grain on source_window (grain, end_ms);

-- Bins of durations were 10 % wide and are 2 % wide now: each goes where its geometric middle lies.
create function pg_temp.with_finer_bins(metrics jsonb) returns jsonb language sql as $$
  select coalesce(jsonb_object_agg(metric, case when shown ->> 'kind' <> 'duration' then shown
    else jsonb_set(shown, '{bins}', (
      select coalesce(jsonb_object_agg(ceil((bin::int + 0.5) * ln(1.1) / ln(1.01 / 0.99)) - 1, units), '{}')
        from jsonb_each(shown -> 'bins') as b(bin, units))) end), '{}')
    from jsonb_each(metrics) as m(metric, shown)
$$;
insert into source_window (tenant, environment, rollout, generation, end_ms, start_ms, coverage, source, is_late,
                           reports, variants)
select tenant, environment, rollout, generation, end_ms, start_ms, coverage, 'reports', is_late, 1,
       json_object_agg(variant, json_build_object('units', units, 'newUnits', new_units, 'requests', requests,
                                                  'metrics', pg_temp.with_finer_bins(metrics)) order by variant)
  from variant_window
 group by tenant, environment, rollout, generation, end_ms, start_ms, coverage, is_late;
drop function pg_temp.with_finer_bins;
drop table variant_window;
drop aggregate sum_statistics(jsonb);
drop function add_statistics(jsonb, jsonb);

create table quarantined_source (
  tenant name_text,
  environment name_text,
  source name_text,
  reason text,
  actor text not null,
  at_ms bigint not null default now_ms(),
  primary key (tenant, environment, source)
);

alter table report_inbox add column origin name_text not null default 'reports';
alter table report_inbox alter column origin drop default;
-- What a process calls itself tells apart the processes of one key; it cannot take the name of another key's away.
alter table report_inbox drop constraint report_inbox_pkey;
alter table report_inbox add primary key (tenant, environment, origin, source, epoch, sequence);
create index report_inbox_by_origin on report_inbox (tenant, environment, origin, received_at_ms);

-- Reports that did not simply count, by minute. Those that did are counted in the inbox: a row that all reports of a
-- source had to change would let them wait for each other.
create table source_trouble (
  tenant name_text,
  environment name_text,
  source name_text,
  minute_ms bigint,
  late int not null default 0,
  duplicate int not null default 0,
  refused int not null default 0,
  primary key (tenant, environment, source, minute_ms)
);
create index source_trouble_by_time on source_trouble (minute_ms);

-- As text, so that the order of keys stays.
update rollout r set definition = (
  select json_object_agg(key, case when key <> 'metrics' then value else (
           select coalesce(json_agg((
                    select json_object_agg(field, content order by position)
                      from (select field, content, position from json_each(metric) with ordinality f(field, content, position)
                            union all values ('source', json '{"kind":"reports"}', 1000::bigint),
                                             ('dispersion', json '1', 1001)) fields) order by number), '[]')
             from json_array_elements(value) with ordinality m(metric, number)) end order by position)
    from (select key, value, position from json_each(r.definition) with ordinality d(key, value, position)
          union all values ('segments', json '[]', 1000::bigint)) entries);

-- Evidence is kept by source now, and what was slow was told by wider bins: it starts anew where it stands.
update evidence set state = null;
`;

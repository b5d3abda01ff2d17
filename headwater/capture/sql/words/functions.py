"""Functions by name: those known to look at nothing but their arguments, those that aggregate, those that give several rows.

The parser knows several hundred more and gives them classes of their own. A function in neither list may be somebody's, with a query
inside; then the statement is partial. Names in lower case.
"""

from __future__ import annotations

from typing import Final

from headwater.capture.sql.words.clauses import words

_AGGREGATES: Final = words(
    """
    any_match approx_top_k arbitrary arg_max_null arg_max_nulls_last arg_min_null arg_min_nulls_last argmax argmin bit_and_agg
    bit_or_agg checksum_agg bitstring_agg bool_and bool_or collect_list collect_set count_big count_distinct count_star entropy
    every favg fsum geomean geometric_mean group_array group_uniq_array histogram histogram_exact hll_count json_group_array
    json_group_object json_group_structure json_object_agg jsonb_agg json_agg jsonb_object_agg kahan_sum kurtosis_pop listagg lttb
    mad map_agg max_by mean min_by multimap_agg percentile percentile_approx product quantile_cont quantile_disc range_agg
    reduce_agg reservoir_quantile sem set_agg string_agg sumkahan uniq uniqexact var variant_group_array variant_group_object varp
    wavg weighted_avg xmlagg
    """
)

_SET_RETURNING: Final = words(
    """
    explode explode_outer flatten generate_subscripts json_array_elements json_array_elements_text json_each json_each_text
    json_object_keys json_populate_recordset json_to_recordset jsonb_array_elements jsonb_array_elements_text jsonb_each
    jsonb_each_text jsonb_object_keys posexplode_outer regexp_split_to_table
    """
)

_SCALARS: Final = words(
    """
    abs acosd add addmonths age aggregate alias array_aggr array_aggregate array_apply array_cosine_distance array_cosine_similarity
    array_cross_product array_distance array_dot_product array_extract array_fill array_find array_grade_up array_has_any
    array_indexof array_inner_product array_join array_length array_lower array_ndims array_positions array_pop_back array_pop_front
    array_push_back array_push_front array_reduce array_replace array_resize array_select array_to_json array_to_string
    array_transform array_unique array_upper array_value array_where array_zip arrays_overlap as_char ascii asciistr assert_true bar
    base64 bin binom bit_count bit_get bit_length bit_position bitstring bround btrim can_cast_implicitly cardinality cast_to_type
    cbrt century char_length character_length charindex choose cidr clock_timestamp constant_or_null conv convert_timezone
    cosine_distance cotd create_sort_key current_connection_id current_database current_localtime current_query current_query_id
    current_schemas current_setting current_transaction_id currval damerau_levenshtein date_bucket date_bin date_format date_part
    date_sub datefromparts datename datepart datesub datetime2fromparts datetimefromparts day_of_month day_of_week day_of_year
    days_in_month db_name decade decimal_division degrees difference divide dow doy dump editdist3 element_at elt empty encode_uri
    enum_code enum_first enum_last enum_range enum_range_boundary eomonth epoch_ns epoch_us equi_width_bins era error even fdiv
    field find_in_set float4 float8 fmod format format_bytes format_datetime format_number format_type from_base from_binary
    from_hex from_json_strict from_unixtime_ms from_utf8 gamma gcd gen_random_uuid get_bit get_byte get_current_timestamp get_type
    getbit getdate getutcdate grade_up greatest_common_divisor hamming hamming_distance has_any hive_partition_component host
    hostmask html_escape icu_sort_key ilike_escape in_search_path index_key inet invoke is_finite is_histogram_other_bin is_infinite
    is_nan isdate isfinite isjson isnumeric isoyear jaccard jaro_similarity jaro_winkler json_array_contains json_array_get
    json_array_length json_array_size json_build_array json_build_object json_contains json_contains_path json_deep_merge json_depth
    json_exists json_extract_array json_extract_path json_extract_path_text json_insert json_length json_merge_patch
    json_merge_patch_diff json_modify json_normalize json_object json_overlaps json_parse json_pretty json_query json_query_array
    json_quote json_remove json_replace json_search json_size json_strip_nulls json_structure json_text_contains json_transform
    json_transform_strict json_typeof json_unquote json_valid json_value json_value_array jsonb_array_length jsonb_build_array
    jsonb_build_object jsonb_exists jsonb_extract_path jsonb_extract_path_text jsonb_insert jsonb_pretty jsonb_set jsonb_strip_nulls
    jsonb_typeof julian julianday justify_days justify_hours justify_interval lcase lcm least_common_multiple len length_grapheme
    levenshtein_distance lgamma like_escape list_aggr list_aggregate list_any_value list_append list_apply
    list_approx_count_distinct list_avg list_bit_and list_bit_or list_bit_xor list_bool_and list_bool_or list_cat list_contains
    list_cosine_similarity list_count list_distinct list_dot_product list_element list_entropy list_extract list_first list_grade_up
    list_has list_has_all list_has_any list_histogram list_indexof list_inner_product list_intersect list_kurtosis list_kurtosis_pop
    list_last list_length list_mad list_median list_mode list_negative_dot_product list_negative_inner_product list_pack
    list_position list_product list_reduce list_resize list_reverse list_select list_sem list_skewness list_slice list_sort
    list_stddev_pop list_stddev_samp list_string_agg list_sum list_transform list_unique list_value list_var_pop list_var_samp
    list_where list_zip log10 log1p luhn_check make_time make_timestamp_ms make_timestamp_ns make_timestamptz make_type map_concat
    map_contains map_contains_entry map_contains_value map_entries map_extract map_extract_value map_filter map_zip_with masklen
    microsecond millennium millisecond mismatches multiply nanosecond nanvl negative nextafter nextval nfc_normalize
    normalize_and_casefold normalized_interval not_ilike_escape not_like_escape now num_nonnulls num_nulls numnode object_keys
    octet_length ord overlay_bytes parse_dirname parse_dirpath parse_duration parse_filename parse_formatted_bytes parse_ident
    parse_path parseurl path_join pg_column_size pg_typeof pmod position positive prefix printf quote quote_ident quote_literal
    quote_nullable quotename radians random_uuid range_intersect regexp_escape regexp_match regexp_matches regexp_position
    regexp_split regexp_split_to_array remap_struct replace_type rint round_even roundbankers row row_to_json safe_add
    safe_divide_by safe_multiply safe_negate safe_subtract scale sentences set_bit set_byte setseed setval shuffle sign signbit
    similarity simplify_json smalldatetimefromparts space split_to_map splitpart st_area st_asbinary st_asgeojson st_astext st_aswkb
    st_aswkt st_buffer st_contains st_distance st_geogpoint st_geomfromgeojson st_geomfromtext st_geomfromwkb st_intersects
    st_intersects_extent st_makepoint st_point st_within st_x st_y stats statement_timestamp str str_split str_split_regex strcmp
    strip_accents strip_null_value strleft strlen strright struct_concat struct_contains struct_extract_at struct_has struct_indexof
    struct_insert struct_keys struct_position struct_update struct_values stuff subarray substring_regex subtract suffix switch
    sysdatetime sysdatetimeoffset sysutcdatetime timeofday timezone timezone_hour timezone_minute timestampadd timestampdiff
    to_aggregate_state to_array_json to_ascii to_base to_centuries to_decades to_hours to_ieee754_64 to_iso8601 to_json to_jsonb
    to_microseconds to_millennia to_milliseconds to_minutes to_months to_object to_quarters to_seconds to_tsquery to_tsvector
    to_unix_micros to_utf8 to_utc_timestamp to_weeks to_years transaction_timestamp trim_array trim_scale try_parse try_strptime
    try_to_binary try_to_boolean try_to_date try_to_decimal try_to_double try_to_geography try_to_number try_to_numeric try_to_time
    try_to_timestamp_ntz txid_current typename ucase unbin union_extract union_tag union_value unpivot_list url_decode url_encode
    url_extract_fragment url_extract_host url_extract_parameter url_extract_path url_extract_port url_extract_protocol
    url_extract_query user_name uuid_extract_timestamp uuid_extract_version uuid_generate_v4 uuidv4 uuidv7 variant_array_length
    variant_contains variant_exists variant_extract variant_extract_string variant_keys variant_normalize variant_type
    variant_typeof vector_type weekday weekofyear_iso word_stem xpath xpath_exists xpath_string yearweek zip_with
    """
)

_TABLE_FUNCTIONS: Final = words(
    """
    explode explode_outer flatten generate_date_array generate_series generate_subscripts generate_timestamp_array generator inline
    inline_outer json_array_elements json_array_elements_text json_each json_each_text json_object_keys json_table json_to_recordset
    json_tree jsonb_array_elements jsonb_array_elements_text jsonb_each jsonb_each_text jsonb_object_keys numbers openjson
    posexplode posexplode_outer range regexp_split_to_table repeat repeat_row rowgenerator sequence split_to_table stack
    string_split strtok_split_to_table unnest
    """
)

_FILE_READERS: Final = words(
    """
    delta_scan iceberg_scan parquet_scan read_avro read_blob read_csv read_csv_auto read_delta read_files read_iceberg read_json
    read_json_auto read_json_objects read_json_objects_auto read_ndjson read_ndjson_auto read_ndjson_objects read_orc read_parquet
    read_text read_xlsx sniff_csv st_read
    """
)


def is_known(name: str) -> bool:
    """Whether a scalar or aggregate function looks at its arguments only."""
    return name in _SCALARS or name in _AGGREGATES or name in _SET_RETURNING


def is_aggregate(name: str) -> bool:
    """Whether a function folds several rows into one value."""
    return name in _AGGREGATES


def is_set_returning(name: str) -> bool:
    """Whether a function among the outputs gives several rows."""
    return name in _SET_RETURNING


def is_table_function(name: str) -> bool:
    """Whether a function in FROM makes its rows from its arguments only."""
    return name in _TABLE_FUNCTIONS


def is_file_reader(name: str) -> bool:
    """Whether a function in FROM reads the files its first argument names."""
    return name in _FILE_READERS

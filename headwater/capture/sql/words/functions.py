"""Functions by name: those known to look at nothing but their arguments, those that aggregate, those that give several rows.

The parser knows several hundred more and gives them classes of their own. A function in neither list may be somebody's, with a query
inside; then the statement is partial. Names in lower case.
"""

from __future__ import annotations

import re
from typing import Final

from headwater.capture.sql.words.clauses import words

_AGGREGATES: Final = words(
    """
    any any_heavy any_last any_match any_value anyheavy anylast approx_count_distinct approx_count_distinct_agg
    approx_count_distinct_detail approx_distinct approx_median approx_most_frequent approx_percentile approx_percentile_accumulate
    approx_percentile_combine approx_percentile_estimate approx_quantiles approx_rank approx_set approx_sum approx_top_count
    approx_top_k approx_top_k_accumulate approx_top_k_combine approx_top_k_estimate approx_top_sum arbitrary arg_max_null
    arg_max_nulls_last arg_min_null arg_min_nulls_last argmax argmin array_agg_distinct array_concat_agg array_union_agg
    array_unique_agg avgweighted bit_and bit_and_agg bit_or bit_or_agg bit_xor bit_xor_agg bitand_agg bitandagg bitmap_construct
    bitmap_construct_agg bitmap_or bitmap_or_agg bitor_agg bitoragg bitstring_agg bitwise_and_agg bitwise_or_agg bitwise_xor_agg
    bitxor_agg bitxoragg bool_and bool_or booland_agg boolor_agg boolxor_agg boundingratio checksum_agg collect collect_list
    collect_set corr_k corr_s corrstable count_big count_distinct count_if count_min_sketch count_star covarpop covarsamp deltasum
    deltasumtimestamp entropy every exponentialmovingavg favg first first_value_respect_nulls fsum geomean geometric_mean
    group_array group_concat group_uniq_array grouparray grouparrayinsertat groupbitand groupbitmap groupbitor groupbitxor
    groupconcat grouping grouping_id groupuniqarray hash_agg histogram histogram_exact histogram_numeric hll_accumulate
    hll_cardinality_agg hll_combine hll_combine_sketches hll_count hll_create_sketch hll_estimate hll_export hll_import
    hll_sketch_agg hll_union hll_union_agg intervallengthsum json_agg json_agg_strict json_arrayagg json_dataguide
    json_group_array json_group_object json_group_structure json_object_agg json_object_agg_strict json_object_agg_unique
    json_objectagg jsonb_agg jsonb_agg_strict jsonb_object_agg jsonb_object_agg_strict jsonb_object_agg_unique kahan_sum
    kll_sketch_agg_bigint kurtosis_pop kurtpop kurtsamp last learn_classifier list listagg logical_and logical_or lttb mad
    mannwhitneyutest map_agg map_union map_union_sum max_by maxmap mean median median_exact medianexact mediantdigest merge min_by
    minhash minhash_combine minmap mode multimap_agg numeric_histogram object_agg objectagg percentile percentile_approx
    percentile_cont_agg product qdigest_agg quantile_cont quantile_disc quantilebfloat16 quantiledeterministic quantileexact
    quantileexacthigh quantileexactlow quantileexactweighted quantiles quantiletdigest quantiletiming range_agg
    range_intersect_agg rankcorr reduce_agg regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy
    regr_syy reservoir_quantile retention sem sequencecount sequencematch set_agg set_union simplelinearregression
    singlevalueornull skew skewpop skewsamp some st_centroid_agg st_collect st_extent st_makeline st_memcollect st_memunion
    st_union st_union_agg stats_binomial_test stats_crosstab stats_f_test stats_ks_test stats_mode stats_mw_test
    stats_one_way_anova stats_t_test_one std std_dev stddev_pop stddevpop stddevsamp stdev stdevp string_agg studentttest
    sum_no_overflow sumcount sumkahan summap sumwithoverflow tdigest_agg topk topkweighted try_avg try_sum uniq uniqcombined
    uniqcombined64 uniqexact uniqhll12 uniqthetasketch uniqupto var variance variant_group_array variant_group_object varp varpop
    varsamp vector_sum_agg wavg weighted_avg welchttest windowfunnel xmlagg
    """
)

_SET_RETURNING: Final = words(
    """
    arrayjoin each explode explode_outer flatten generate_subscripts inline_outer json_array_elements json_array_elements_text json_each
    json_each_text json_object_keys json_populate_record json_populate_recordset json_to_recordset jsonb_array_elements
    jsonb_array_elements_text jsonb_each jsonb_each_text jsonb_object_keys jsonb_path_query posexplode_outer regexp_split_to_table
    skeys string_to_table svals variant_explode variant_explode_outer
    """
)

_SCALARS: Final = words(
    """
    aes_decrypt aes_decrypt_mysql decrypt decrypt_bytes decrypt_iv decrypt_raw decrypt_string decryptbyasymkey decryptbycert
    decryptbykey decryptbykeyautoasymkey decryptbykeyautocert decryptbypassphrase des_decrypt deterministic_decrypt_bytes
    deterministic_decrypt_string dlp_deterministic_decrypt pgp_pub_decrypt pgp_pub_decrypt_bytea pgp_sym_decrypt
    pgp_sym_decrypt_bytea try_aes_decrypt try_decrypt try_decrypt_raw trydecrypt
    binary_checksum checksum hash hive_hash javahash
    conditional_change_event conditional_true_event json_tuple pg_sleep pg_sleep_for pg_sleep_until ratio_to_report session_window
    pg_advisory_lock pg_advisory_unlock pg_advisory_xact_lock pg_blocking_pids pg_cancel_backend pg_client_encoding
    pg_conf_load_time pg_current_wal_lsn pg_current_xact_id pg_database_size pg_function_is_visible pg_get_constraintdef
    pg_get_expr pg_get_functiondef pg_get_indexdef pg_get_ruledef pg_get_triggerdef pg_get_viewdef pg_has_role pg_indexes_size
    pg_last_wal_replay_lsn pg_my_temp_schema pg_notify pg_postmaster_start_time pg_relation_filenode pg_relation_filepath
    pg_relation_size pg_size_bytes pg_size_pretty pg_stat_get_live_tuples pg_switch_wal pg_table_is_visible pg_table_size
    pg_tablespace_size pg_terminate_backend pg_total_relation_size pg_try_advisory_lock pg_try_advisory_xact_lock
    pg_type_is_visible pg_wal_lsn_diff pg_xact_commit_timestamp txid_snapshot_xmin
    ago array_negative_dot_product array_negative_inner_product combine finalize
    abbrev abs abs2 accuratecast accuratecastornull acos acosd add add_months adddate adddays addhours addminutes addmonths
    addquarters addressstatus addseconds addtime addweeks addyears age aggregate akeys alias all_match and app_name appendchildxml
    array_aggr array_aggregate array_append array_apply array_cat array_compact array_concat array_construct
    array_construct_compact array_contains array_cosine_distance array_cosine_similarity array_cross_product array_distance
    array_distinct array_dot_product array_except array_extract array_fill array_find array_first array_flatten array_frequency
    array_generate_range array_grade_up array_has_any array_histogram array_indexof array_inner_product array_insert
    array_intersection array_is_distinct array_join array_last array_length array_lower array_max array_min array_ndims
    array_overlap array_pop_back array_pop_front array_position array_positions array_prepend array_push_back array_push_front
    array_reduce array_remove array_remove_at array_repeat array_replace array_resize array_reverse array_sample array_select
    array_shuffle array_size array_slice array_sort array_sort_by array_sum array_to_json array_to_string array_to_tsvector
    array_transform array_union array_unique array_upper array_value array_where array_zip arrayall arrayavg arraycompact
    arrayconcat arraycount arraycumsum arraydifference arraydistinct arrayelement arrayenumerate arrayenumeratedense
    arrayenumerateuniq arrayexists arrayfill arrayfilter arrayfirst arrayfirstindex arrayflatten arrayfold arrayintersect
    arraylast arraymap arraymax arraymin arraypopback arraypopfront arrayproduct arraypushback arraypushfront arrayreduce
    arrayreduceinranges arrayresize arrayreverse arrayreversesort arrayrotateleft arrays_overlap arrays_to_object arrays_zip
    arrayshuffle arrayslice arraysort arraysplit arraystringconcat arraysum arrayuniq arraywithconstant arrayzip as_array
    as_binary as_boolean as_char as_date as_decimal as_double as_integer as_number as_object as_real as_time as_timestamp_ltz
    as_timestamp_ntz as_timestamp_tz as_varchar ascii asciistr asin assert_true assumenotnull at_timezone atan atan2 atn2 avals
    bar base64 base64_decode_binary base64_decode_string base64_encode beta_cdf bigint bin bin_to_num bin_to_uuid binom bit_count
    bit_get bit_length bit_position bit_reverse bitand bitcount bitmap_bit_position bitmap_bucket_number bitmap_count bitnot bitor
    bitshiftleft bitshiftright bitstring bittest bitwise_and bitwise_arithmetic_shift_right bitwise_left_shift
    bitwise_logical_shift_right bitwise_not bitwise_or bitwise_right_shift bitwise_right_shift_arithmetic bitwise_xor bitxor
    blocknumber blockserializedsize bool booland boolean boolnot boolor boolxor bpcharcmp broadcast bround btrim byte_length
    can_cast_implicitly can_json_parse cardinality cast cast_to_type cbrt ceil ceiling century char char_length character_length
    charindex charset chartorowid check_json check_xml choose chr cidr classifier clock_timestamp coalesce code_points_to_bytes
    code_points_to_string codepoint coercibility col_description collate collation color combinations compose compress concat
    concat_ws concatwithseparator connection_id connectionproperty constant_or_null contains contains_sequence contains_substr
    context_info conv convert convert_timezone convert_tz cos cosec cosh cosine_distance cosine_similarity cot cotd
    create_sort_key create_union csc ctype curdate current_account current_account_name current_available_roles current_catalog
    current_client current_connection_id current_database current_date current_groups current_ip_address current_localtime
    current_metastore current_namespace current_organization_name current_query current_query_id current_region current_role
    current_role_type current_schema current_schemas current_secondary_roles current_session current_setting current_statement
    current_time current_timestamp current_timezone current_transaction current_transaction_id current_user current_version
    current_warehouse currval curtime cutfragment cutquerystring cuttofirstsignificantsubdomain cuturlparameter cutwww cv
    daitch_mokotoff damerau_levenshtein database date date_add date_bin date_bucket date_cmp date_cmp_timestamp
    date_cmp_timestamptz date_diff date_format date_from_parts date_from_unix date_from_unix_date date_parse date_part
    date_part_year date_sub date_trunc dateadd dateadd_cmp datediff datefromparts datemultirange datename datepart daterange
    datesub datetime2fromparts datetimefromparts datetimeoffsetfromparts datetrunc day day_of_month day_of_week day_of_year
    dayname dayofmonth dayofweek dayofyear days_in_month db_id db_name dbtimezone decade decimal decimal_division decode
    decodeurlcomponent decodexmlcomponent decompose decompress decompress_binary decompress_string defaultvalueofargumenttype
    degrees dexp difference div0 div0null divide dlog1 dlog10 dmetaphone dmetaphone_alt domain domainwithoutwww dot_product double
    dow doy dsqrt dump e earth_distance edge_id_from_parts edit_distance editdist3 editdistance element_at elt empty
    empty_approx_set emptyarrayint8 emptyarraystring emptyarrayuint64 encode encode_uri encodeurlcomponent endswith enum_code
    enum_first enum_last enum_range enum_range_boundary eomonth epoch_ns epoch_us equal_null equals equi_width_bins era erf erfc
    error error_line error_message error_number error_procedure error_severity error_state euclidean_distance even exists
    existsnode exp exp10 exp2 export_set extract extract_array extract_union extractall extracttextfromhtml extracturlparameter
    extracturlparameternames extracturlparameters extractvalue factorial family fdiv field filter find_in_set
    firstsignificantsubdomain float float4 float64 float8 floor fmod forall format format_bytes format_date format_datetime
    format_number format_string format_time format_timestamp format_type formatdatetime formatmessage formatreadablequantity
    formatreadablesize formatrow fragment from_avro from_base from_base32 from_base64 from_base64url from_big_endian_32
    from_big_endian_64 from_binary from_csv from_days from_encoded_polyline from_geojson_geometry from_hex from_ieee754_32
    from_ieee754_64 from_iso8601_date from_iso8601_timestamp from_iso8601_timestamp_nanos from_json from_json_strict from_protobuf
    from_tz from_unixtime from_unixtime_ms from_unixtime_nanos from_utc_timestamp from_utf8 from_xml frommodifiedjulianday
    fromunixtimestamp fromunixtimestamp64milli gamma gcd gen_random_uuid generate_array generate_date_array
    generate_timestamp_array generate_uuid generateuuidv4 geodistance geohashdecode geohashencode geometry_union get get_bit
    get_byte get_current_timestamp get_format get_json_object get_path get_type getansinull getbit getdate getutcdate grade_up
    graph_id_from_edge_id great_circle_distance greatcircledistance greater greaterorequals greatest greatest_common_divisor
    gtid_subset h3_cell_to_point h3_latlng_to_cell h3_point_to_cell h3topoint hamming hamming_distance has has_any
    has_column_privilege has_schema_privilege has_table_privilege hasall hasany hash_counts hassubstr hastoken haversine hex
    hex_decode_binary hex_decode_string hex_encode hextoraw hive_partition_component hll_sketch_estimate host host_id host_name
    hostmask hostname hour hstore html_escape human_readable_seconds hypot icu_sort_key ieee_divide if iff ifnotfinite ifnull iif
    ilike ilike_escape in_search_path index index_key indexof inet inet6_aton inet6_ntoa inet_aton inet_client_addr
    inet_client_port inet_merge inet_ntoa inet_same_family inet_server_addr inet_server_port infinity initcap
    input_file_block_length input_file_block_start input_file_name insert instr instrb instrc int int4range int64 int8range intdiv
    intdivorzero intersection_cardinality interval interval_cmp intexp2 inverse_beta_cdf inverse_normal_cdf invoke invoker_role
    invoker_share ip_from_string ip_net_mask ip_to_string ip_trunc ipv4_from_int64 ipv4_to_int64 ipv4cidrtorange ipv4numtostring
    ipv4stringtonum ipv6numtostring ipv6stringtonum is_account_group_member is_array is_bigint is_binary is_boolean is_char
    is_database_role_in_session is_date is_decimal is_double is_finite is_float is_histogram_other_bin is_inf is_infinite
    is_integer is_ipv4 is_ipv4_compat is_ipv4_mapped is_ipv6 is_json_scalar is_member is_nan is_null_value is_object is_real
    is_role_in_session is_rolemember is_scalar is_smallint is_srvrolemember is_time is_timestamp_ltz is_timestamp_ntz
    is_timestamp_tz is_uuid is_valid_json is_valid_json_array is_varchar is_variant_null isconstant isdate isempty isfinite
    isinfinite isjson isnan isnotnull isnull isnumeric isoyear isvalidutf8 jaccard jaccard_index jaro_similarity jaro_winkler
    jarowinkler_similarity json_array json_array_append json_array_contains json_array_get json_array_insert json_array_length
    json_array_size json_build_array json_build_object json_contains json_contains_path json_deep_merge json_depth json_equal
    json_exists json_extract json_extract_array json_extract_path json_extract_path_text json_extract_scalar
    json_extract_string_array json_flatten json_format json_insert json_keys json_length json_merge_patch json_merge_patch_diff
    json_mergepatch json_modify json_normalize json_object json_overlaps json_parse json_path_exists json_pretty json_query
    json_query_array json_quote json_remove json_replace json_scalar json_schema_valid json_search json_serialize json_set
    json_size json_storage_size json_strip_nulls json_structure json_text_contains json_transform json_transform_strict json_type
    json_typeof json_unquote json_valid json_value json_value_array jsonb_array_length jsonb_build_array jsonb_build_object
    jsonb_concat jsonb_delete jsonb_delete_path jsonb_exists jsonb_extract_path jsonb_extract_path_text jsonb_insert jsonb_object
    jsonb_path_exists jsonb_path_match jsonb_path_query_array jsonb_path_query_array_tz jsonb_path_query_first jsonb_pretty
    jsonb_set jsonb_set_lax jsonb_strip_nulls jsonb_typeof jsonextract jsonextractarrayraw jsonextractbool jsonextractfloat
    jsonextractint jsonextractkeys jsonextractkeysandvalues jsonextractraw jsonextractstring jsonextractuint jsonhas jsonlength
    jsontype julian julianday justify_days justify_hours justify_interval last_day last_day_of_month last_insert_id last_query_id
    last_transaction lax_bool lax_float64 lax_int64 lax_string lcase lcm least least_common_multiple left_shift len
    length_grapheme lengthb lengthc lengthutf8 less lessorequals levenshtein levenshtein_distance lgamma like_escape
    line_interpolate_point line_locate_point linestring list_aggr list_aggregate list_any_value list_append list_apply
    list_approx_count_distinct list_avg list_bit_and list_bit_or list_bit_xor list_bool_and list_bool_or list_cat list_contains
    list_cosine_similarity list_count list_distinct list_dot_product list_element list_entropy list_extract list_first
    list_grade_up list_has list_has_all list_has_any list_histogram list_indexof list_inner_product list_intersect list_kurtosis
    list_kurtosis_pop list_last list_length list_mad list_median list_mode list_negative_dot_product list_negative_inner_product
    list_pack list_position list_product list_reduce list_resize list_reverse list_select list_sem list_skewness list_slice
    list_sort list_stddev_pop list_stddev_samp list_string_agg list_sum list_transform list_unique list_value list_var_pop
    list_var_samp list_where list_zip ll_to_earth ln lnnvl localtime localtimestamp locate log log10 log1p log2 logged_in_user
    lower_attribute_names lower_inc lower_inf lowerutf8 lpad luhn_check macaddr8_set7bit make_date make_dt_interval make_interval
    make_set make_time make_timestamp make_timestamp_ltz make_timestamp_ms make_timestamp_ns make_timestamp_ntz make_timestamptz
    make_type make_valid_utf8 make_ym_interval makedate maketime map map_cat map_concat map_contains map_contains_entry
    map_contains_key map_contains_value map_delete map_entries map_extract map_extract_value map_filter map_from_arrays
    map_from_entries map_insert map_keys map_pick map_size map_values map_zip_with mapadd mapapply maparray mapcontains mapfilter
    mapkeys mapsubtract mapvalues masklen match match_number match_sequence_number materialize max2 mbrcontains metaphone
    microsecond mid millennium millisecond min2 min_active_rowversion minus minute mismatches mod modulo moduloorzero
    monotonically_increasing_id month monthname months_between mortonencode multifuzzymatchany multiif multimap_from_entries
    multimatchany multiply multirange multisearchany multisearchfirstindex named_lambda named_struct nan nanosecond nanvl nchar
    nchr negative netloc netmask network new_time newid newsequentialid next next_day nextafter nextval nfc_normalize
    ngramdistance ngrams ngramsearch nls_charset_decl_len nls_charset_id nls_charset_name nls_initcap nls_lower nls_upper nlssort
    none_match normal_cdf normalize normalize_and_casefold normalized_interval normalizedquery normalizequery not not_ilike_escape
    not_like_escape notempty notequals now now64 nullif nullifzero num_nonnulls num_nulls numnode numrange numtodsinterval
    numtoyminterval nvl nvl2 obj_description object_construct object_construct_keep_null object_delete object_id object_insert
    object_keys object_name object_pick object_schema_name object_transform oct octet_length octetindex offset or ord ordinal
    original_db_name original_login overlay overlay_bytes parse parse_bignumeric parse_data_size parse_date parse_datetime
    parse_dirname parse_dirpath parse_duration parse_filename parse_formatted_bytes parse_ident parse_ip parse_json parse_numeric
    parse_path parse_presto_data_size parse_time parse_timestamp parse_url parse_xml parsedatetime parsedatetimebesteffort
    parsedatetimebesteffortornull parsedatetimebesteffortorzero parsename parseurl path path_join pathfull patindex percent
    period_add period_diff permute pg_backend_pid pg_column_size pg_get_serial_sequence pg_get_session_arn pg_get_userbyid
    pg_is_in_recovery pg_snapshot_xmin pg_typeof phraseto_tsquery pi plainto_tsquery plus pmod point pointinpolygon polygon port
    position positioncaseinsensitive positionutf8 positive pow power powermultiset prefix presentnnv presentv prev previous
    previous_day printf protocol ps_current_thread_id public_suffix quantile_at_value quantizationerror quarter querystring
    querystringandfragment querytree quote quote_ident quote_literal quote_nullable quotename radians rand rand32 rand64
    randconstant randn random random_normal random_uuid randomfixedstring randomprintableascii randstr range range_bucket
    range_contains range_end range_intersect range_merge range_overlaps range_start rawtohex rawtonhex reduce reg_domain
    regexp_count regexp_escape regexp_extract regexp_extract_all regexp_instr regexp_like regexp_match regexp_matches
    regexp_position regexp_replace regexp_split regexp_split_to_array regexp_substr regexp_substr_all regexpextract
    regexpquotemeta regr_valx regr_valy reinterpret reinterpretasstring reinterpretasuint64 remainder remap_struct render repeat
    replace replace_type replaceall replaceone replaceregexpall replaceregexpone reverse reverseutf8 right_shift rint round
    round_even roundbankers rounddown roundtoexp2 row row_to_json rowcount_big rowidtochar rowidtonchar rpad rtrimmed_length
    runningaccumulate runningdifference runningdifferencestartingwithfirstvalue s2_cellidfrompoint safe_add safe_cast
    safe_convert_bytes_to_string safe_divide safe_divide_by safe_ip_from_string safe_multiply safe_negate safe_offset safe_ordinal
    safe_subtract scale schema schema_id schema_name schema_of_csv schema_of_json schema_of_variant schema_of_xml scope_identity
    sec sec_to_time sech second sentences seq1 seq2 seq4 seq8 sequence serverproperty session_context session_user session_window
    sessionproperty sessiontimezone set_bit set_byte set_masklen setseed setval setweight sha shiftleft shiftright
    shiftrightunsigned shobj_description show_trgm shuffle sign signbit similarity simplejsonextractstring simplejsonhas
    simplify_json sin sinh siphash size slice smalldatetimefromparts smallint sort_array soundex soundex_p123 sounds_like space
    spark_partition_id spatial_partitioning split split_part split_to_map split_to_multimap splitbychar splitbyregexp
    splitbystring splitbywhitespace splitpart sql_variant_property sqrt square st_area st_asbinary st_asewkb st_asewkt
    st_asgeojson st_asmvtgeom st_astext st_aswkb st_aswkt st_azimuth st_boundary st_buffer st_centroid st_closestpoint
    st_collectionextract st_contains st_convexhull st_coveredby st_covers st_difference st_dimension st_disjoint st_distance
    st_distance_sphere st_distancesphere st_dump st_dwithin st_endpoint st_envelope st_equals st_exteriorring st_force2d
    st_geogfrom st_geogfromgeojson st_geogfromtext st_geogfromwkb st_geogpoint st_geogpointfromgeohash st_geohash
    st_geometryfromtext st_geometryn st_geometrytype st_geomfromgeojson st_geomfromtext st_geomfromwkb st_intersection
    st_intersects st_intersects_extent st_isempty st_isvalid st_latitude st_length st_lineinterpolatepoint st_longitude
    st_makeenvelope st_makepoint st_makepolygon st_makevalid st_npoints st_numgeometries st_numpoints st_perimeter st_point
    st_pointn st_setsrid st_simplify st_snaptogrid st_srid st_startpoint st_touches st_transform st_within st_x st_xmax st_xmin
    st_y st_ymax st_ymin st_z starts_with startswith statement_timestamp stats str str_split str_split_regex str_to_date
    str_to_map strcmp strict_word_similarity string string_escape string_to_array stringtoh3 strip strip_accents strip_null_value
    strleft strlen strpos strright strrpos strtok strtok_to_array strtol struct struct_concat struct_contains struct_extract_at
    struct_has struct_indexof struct_insert struct_keys struct_position struct_update struct_values stuff subarray subdate substrb
    substrc substring_regex substringutf8 subtime subtract subtractdays subtracthours subtractminutes subtractmonths
    subtractquarters subtractseconds subtractweeks subtractyears suffix sumcounts suser_id suser_name suser_sid suser_sname switch
    switchoffset sys_connect_by_path sys_context sys_extract_utc sys_guid sys_typeid sysdate sysdatetime sysdatetimeoffset
    system_user systimestamp sysutcdatetime t_cdf t_pdf tan tertiary_weights text_analyze text_to_int_alt text_to_numeric_alt time
    time_format time_from_parts time_slice time_to_sec timeadd timediff timefromparts timeofday timeslot timeslots timestamp
    timestamp_add timestamp_cmp timestamp_cmp_date timestamp_diff timestamp_from_parts timestamp_ltz_from_parts timestamp_micros
    timestamp_millis timestamp_ntz_from_parts timestamp_seconds timestamp_sub timestamp_trunc timestamp_tz_from_parts timestampadd
    timestampdiff timezone timezone_hour timezone_minute tinyint to_aggregate_state to_approx_count_distinct to_array
    to_array_json to_ascii to_base to_base32 to_base64 to_base64url to_big_endian_32 to_big_endian_64 to_bin to_binary
    to_binary_double to_binary_float to_blob to_boolean to_centuries to_char to_clob to_code_points to_csv to_date to_days
    to_decades to_decimal to_double to_dsinterval to_epoch_milli to_geography to_geojson_geometry to_geometry to_hex to_hours
    to_ieee754_32 to_ieee754_64 to_iso8601 to_json to_json_string to_jsonb to_lob to_microseconds to_millennia to_milliseconds
    to_minutes to_months to_multi_byte to_nchar to_nclob to_number to_numeric to_object to_oct to_quarters to_regclass to_regtype
    to_seconds to_single_byte to_spherical_geography to_time to_timestamp to_timestamp_ltz to_timestamp_ntz to_timestamp_tz
    to_tsquery to_tsvector to_unix_micros to_unix_timestamp to_utc_timestamp to_utf8 to_varchar to_variant to_variant_object
    to_weeks to_xml to_years to_yminterval todate todate32 todateornull todatetime todatetime64 todatetimeoffset todatetimeornull
    today todayofmonth todayofweek todayofyear todecimal128 todecimal32 todecimal64 tofixedstring tofloat32 tofloat32ornull
    tofloat64 tofloat64ornull tofloat64orzero tohour toint128 toint16 toint256 toint32 toint32ornull toint32orzero toint64
    toint64ornull toint64orzero toint8 tointervalday toipv4 toipv6 toisoweek toisoyear tolowcardinality tominute
    tomodifiedjulianday tomonday tomonth tonullable toquarter torelativedaynum tosecond toseconds tostartofday
    tostartoffifteenminutes tostartoffiveminutes tostartofhour tostartofinterval tostartofisoyear tostartofminute tostartofmonth
    tostartofquarter tostartofsecond tostartoftenminutes tostartofweek tostartofyear tostring tostringcutozero totime totimezone
    totypename touint128 touint16 touint256 touint32 touint64 touint8 tounixtimestamp tounixtimestamp64milli touuid toweek toyear
    toyearweek toyyyymm toyyyymmdd toyyyymmddhhmmss transaction_timestamp transform transform_keys transform_values translate
    treat trigger_nestlevel trim_array trim_scale trimboth trimleft trimright trunc truncate try try_add try_base64_decode_binary
    try_base64_decode_string try_cast try_convert try_divide try_element_at try_hex_decode_binary try_hex_decode_string try_mod
    try_multiply try_parse try_parse_json try_remainder try_strptime try_subtract try_to_binary try_to_boolean try_to_date
    try_to_decimal try_to_double try_to_geography try_to_number try_to_numeric try_to_time try_to_timestamp try_to_timestamp_ltz
    try_to_timestamp_ntz try_to_timestamp_tz try_url_decode try_variant_get ts_headline ts_rank ts_rank_cd tsrange tstzrange
    tsvector_to_array tuple tupleelement tuplehammingdistance tupleplus txid_current type_id type_name typename typeof tz_offset
    ucase uid unaccent unbase64 unbin uncompress uncompressed_length unhex unicode uniform union_extract union_tag union_value
    uniontype unistr unix_date unix_micros unix_millis unix_seconds unix_timestamp unpivot_list updatexml upper_attribute_names
    upper_inc upper_inf upperutf8 url_decode url_encode url_extract_fragment url_extract_host url_extract_parameter
    url_extract_path url_extract_port url_extract_protocol url_extract_query urlhierarchy urlpathhierarchy user user_id user_name
    userenv utc_date utc_time utc_timestamp uuid uuid_extract_timestamp uuid_extract_version uuid_generate_v1 uuid_generate_v1mc
    uuid_generate_v3 uuid_generate_v4 uuid_generate_v5 uuid_nil uuid_ns_dns uuid_ns_url uuid_short uuid_string uuid_to_bin uuidv4
    uuidv7 validate_conversion validate_utf8 value_at_quantile values_at_quantiles varbyte variant_array_length variant_contains
    variant_exists variant_extract variant_extract_string variant_get variant_keys variant_normalize variant_type variant_typeof
    vector vector_cosine_similarity vector_inner_product vector_l1_distance vector_l2_distance vector_type version
    visitparamextractstring visitparamhas vsize websearch_to_tsquery week week_of_year weekday weekofyear weekofyear_iso
    weight_string width width_bucket wilson_interval_lower wilson_interval_upper window window_time with_timezone word_similarity
    word_stem xact_state xmlattributes xmlcast xmlcdata xmlcolattval xmlcomment xmlconcat xmldiff xmlelement xmlforest xmlget
    xmlparse xmlpatch xmlpi xmlroot xmlserialize xmltransform xmltype xor xpath xpath_boolean xpath_double xpath_exists
    xpath_float xpath_int xpath_long xpath_number xpath_short xpath_string year year_of_week yearweek yesterday yow zeroifnull zip
    zip_with zipf
    """
)

_OF_DIALECTS: Final[dict[str, frozenset[str]]] = {
    "clickhouse": words(
        """
        bitmapbuild bitmapcardinality bitmapcontains bitmaptoarray countsubstrings extractallgroups extractallgroupshorizontal
        extractallgroupsvertical extractgroups finalizeaggregation formatdatetimeinjodasyntax fromunixtimestamp64micro
        fromunixtimestamp64nano geotoh3 getsetting identity ignore isipaddressinrange isipv4string isipv6string jsonallpaths
        laginframe leadinframe lemmatize levenshteindistance mapupdate multimatchanyindex namedtuple neighbor nowinblock
        parsedatetime64besteffort parsedatetime64besteffortornull parsedatetimebesteffortus positioncaseinsensitiveutf8
        reinterpretasint64 rownumberinallblocks rownumberinblock simplejsonextractbool simplejsonextractfloat simplejsonextractint
        simplejsonextractraw simplejsonextractuint splitbynonalpha stem todateordefault todateorzero todatetime64ornull
        todatetime64orzero todatetimeordefault todatetimeorzero todecimal128ornull todecimal128orzero todecimal32ornull
        todecimal32orzero todecimal64ornull todecimal64orzero tofloat32orzero tofloat64ordefault toint128ornull toint128orzero
        toint16ornull toint16orzero toint32ordefault toint64ordefault toint8ornull toint8orzero tokens tolastdayofmonth
        tostartofmicrosecond tostartofmillisecond touint128ornull touint16ornull touint16orzero touint32ornull touint32orzero
        touint64ordefault touint64ornull touint64orzero touint8ornull touint8orzero tounixtimestamp64micro tounixtimestamp64nano
        touuidornull touuidorzero visitparamextractbool visitparamextractfloat visitparamextractint visitparamextractraw
        visitparamextractuint
        """
    ),
    "mysql": words("old_password password"),
    "postgres": words("merge_action"),
}
"""Functions that only one dialect has, under names that are somebody's own elsewhere."""

_TABLE_FUNCTIONS: Final = words(
    """
    arrayjoin each explode explode_outer flatten generate_array generate_date_array generate_series generate_subscripts
    generate_timestamp_array generaterandom generator inline inline_outer json_array_elements json_array_elements_text json_each
    json_each_text json_object_keys json_populate_record json_populate_recordset json_table json_to_record json_to_recordset
    json_tree json_tuple jsonb_array_elements jsonb_array_elements_text jsonb_each jsonb_each_text jsonb_object_keys
    jsonb_path_query jsonb_populate_record jsonb_populate_recordset jsonb_to_record jsonb_to_recordset numbers numbers_mt openjson
    posexplode posexplode_outer range regexp_matches regexp_split_to_table repeat repeat_row rowgenerator sequence skeys
    split_to_table splittotable stack string_split string_to_table stringsplit strtok_split_to_table svals unnest values
    variant_explode variant_explode_outer xmltable zeros zeros_mt
    """
)

_FILE_READERS: Final = words(
    """
    delta_scan iceberg_scan parquet_scan read_avro read_blob read_csv read_csv_auto read_delta read_files read_iceberg read_json
    read_json_auto read_json_objects read_json_objects_auto read_ndjson read_ndjson_auto read_ndjson_objects read_orc read_parquet
    read_text read_xlsx sniff_csv st_read
    """
)


SPARKS: Final = frozenset({"databricks", "spark", "spark2"})
"""Dialects in which a window of time is a function: rows without a time are left out, and one may fall into several windows."""
TIME_WINDOWS: Final = frozenset({"session_window", "window"})
_SETS_OF_MATCHES: Final = frozenset({"postgres", "materialize", "risingwave"})

_OWN_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "flatten": ("seq", "key", "path", "index", "value", "this"),
    "generate_series": ("generate_series",),
    "generateseries": ("generate_series",),
    "explodinggenerateseries": ("generate_series",),
    "range": ("range",),
    "json_each": ("key", "value"),
    "json_each_text": ("key", "value"),
    "jsonb_each": ("key", "value"),
    "jsonb_each_text": ("key", "value"),
    "json_array_elements_text": ("value",),
    "jsonb_array_elements_text": ("value",),
    "json_array_elements": ("value",),
    "jsonb_array_elements": ("value",),
    "json_object_keys": ("json_object_keys",),
    "jsonb_object_keys": ("jsonb_object_keys",),
    "regexp_split_to_table": ("regexp_split_to_table",),
    "string_to_table": ("string_to_table",),
    "generate_subscripts": ("generate_subscripts",),
    "string_split": ("value",),
    "split_to_table": ("seq", "index", "value"),
    "strtok_split_to_table": ("seq", "index", "value"),
    "numbers": ("number",),
}
"""Columns that makers of rows have of themselves; the alias of the call names a single one."""


def columns_of(name: str) -> tuple[str, ...] | None:
    """The columns of a known maker of rows; None where they depend on its arguments."""
    return _OWN_COLUMNS.get(name)


_COMBINATORS: Final = re.compile(r"(?:if|array|state|merge|map|ornull|ordefault|distinct|foreach|simplestate|argmin|argmax)$")
_PLAIN_AGGREGATES: Final = words("any avg count max median min quantile stddev sum uniq var")


def _is_combined(name: str) -> bool:
    """Whether a name is an aggregate with ClickHouse's endings, as in `sumIf` or `uniqStateIf`."""
    while (ending := _COMBINATORS.search(name)) is not None and ending.start() > 0:
        name = name[: ending.start()]
        if name in _PLAIN_AGGREGATES or name in _AGGREGATES:
            return True
    return False


_CHOSEN_BY_MORE: Final = words("arg_max_null arg_max_nulls_last arg_min_null arg_min_nulls_last argmax argmin")
_CHOOSING: Final = re.compile(r"(?<=.)(?:if|argmin|argmax)$")
_PASSIVE: Final = re.compile(r"(?<=.)(?:array|distinct|foreach|map|merge|ordefault|ornull|simplestate|state)$")


def choosing(name: str, count: int) -> list[int]:
    """Which of so many arguments of an aggregate only choose among rows, by position: of ClickHouse's `argMaxIf` all but the first."""
    name, chosen = name.lower(), list[int]()
    while count > 1 and name not in _AGGREGATES:
        base = _CHOOSING.sub("", name)
        if base != name:
            count -= 1
            chosen.append(count)
        else:
            base = _PASSIVE.sub("", name)
        if base == name:
            break
        name = base
    return sorted([*chosen, *range(1, count)] if name in _CHOSEN_BY_MORE else chosen)


def is_known(name: str, dialect: str = "") -> bool:
    """Whether a scalar or aggregate function looks at its arguments only."""
    if name in _SCALARS or name in _AGGREGATES or name in _SET_RETURNING or _is_combined(name):
        return True
    return name in _OF_DIALECTS.get(dialect, frozenset())


def is_aggregate(name: str) -> bool:
    """Whether a function folds several rows into one value."""
    return name in _AGGREGATES or (name not in _SCALARS and _is_combined(name))


def is_set_returning(name: str, dialect: str = "") -> bool:
    """Whether a function among the outputs gives several rows, or none."""
    if name in TIME_WINDOWS:
        return dialect in SPARKS
    return name in _SET_RETURNING or (name == "regexp_matches" and dialect in _SETS_OF_MATCHES)


def is_table_function(name: str) -> bool:
    """Whether a function in FROM makes its rows from its arguments only."""
    return name in _TABLE_FUNCTIONS


def is_file_reader(name: str) -> bool:
    """Whether a function in FROM reads the files its first argument names."""
    return name in _FILE_READERS

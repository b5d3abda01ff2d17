{% macro amount_by_method(methods) %}
{%- for method in methods %}
    sum(case when method = '{{ method }}' then amount else 0 end) as {{ method }}_amount
    {%- if not loop.last %},{% endif %}
{%- endfor %}
{% endmacro %}

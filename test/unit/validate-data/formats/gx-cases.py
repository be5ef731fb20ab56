"""Verdicts of Great Expectations (pandas; SQLite for what it runs on SQL alone): python3 gx-cases.py gx-cases.json"""
import json, logging, os, sqlite3, sys, tempfile, warnings
warnings.filterwarnings('ignore'); logging.disable(logging.CRITICAL)
import pandas as pd, great_expectations as gx
import great_expectations.expectations as gxe
N = None
C = []
def case(name, data, expectation, **kwargs):
    C.append((name, data, expectation, kwargs))
ten = [1,2,3,4,5,6,7,8,9,10]
def col(*v): return {'a': list(v)}
# nulls
case('no value is missing', col(1,2,3), 'expect_column_values_to_not_be_null', column='a')
case('one of four missing', col(1,N,3,4), 'expect_column_values_to_not_be_null', column='a')
case('one of four missing, mostly 0.75', col(1,N,3,4), 'expect_column_values_to_not_be_null', column='a', mostly=0.75)
case('one of four missing, mostly 0.76', col(1,N,3,4), 'expect_column_values_to_not_be_null', column='a', mostly=0.76)
case('all missing', {'a':[N,N],'b':[1,2]}, 'expect_column_values_to_not_be_null', column='a')
case('all null, null wanted', {'a':[N,N],'b':[1,2]}, 'expect_column_values_to_be_null', column='a')
case('one value, null wanted', {'a':[N,'x'],'b':[1,2]}, 'expect_column_values_to_be_null', column='a')
case('one value, null wanted mostly', {'a':[N,'x'],'b':[1,2]}, 'expect_column_values_to_be_null', column='a', mostly=0.5)
# unique
case('members of duplicated groups count', col(1,1,2,3), 'expect_column_values_to_be_unique', column='a')
case('unique mostly 0.5', col(1,1,2,3), 'expect_column_values_to_be_unique', column='a', mostly=0.5)
case('unique mostly 0.51', col(1,1,2,3), 'expect_column_values_to_be_unique', column='a', mostly=0.51)
case('missing values are no duplicates', col(1,N,N,3), 'expect_column_values_to_be_unique', column='a')
# sets
case('in set', col('x','y','x'), 'expect_column_values_to_be_in_set', column='a', value_set=['x','y'])
case('one outside, missing ignored', col('x','z',N,'x'), 'expect_column_values_to_be_in_set', column='a', value_set=['x'])
case('one of three outside, mostly 0.66', col('x','z',N,'x'), 'expect_column_values_to_be_in_set', column='a', value_set=['x'], mostly=0.66)
case('one of three outside, mostly 0.67', col('x','z',N,'x'), 'expect_column_values_to_be_in_set', column='a', value_set=['x'], mostly=0.67)
case('numbers in set', col(1,2,3), 'expect_column_values_to_be_in_set', column='a', value_set=[1,2])
case('no value at all is success', {'a':[N,N],'b':[1,2]}, 'expect_column_values_to_be_in_set', column='a', value_set=['x'])
case('not in set', col('x','y'), 'expect_column_values_to_not_be_in_set', column='a', value_set=['z'])
case('one forbidden', col('x','z'), 'expect_column_values_to_not_be_in_set', column='a', value_set=['z'])
case('in set with a row condition', {'a':['x','z','z'],'b':[1,5,1]}, 'expect_column_values_to_be_in_set', column='a', value_set=['x'], row_condition='b > 3', condition_parser='pandas')
case('in set with a row condition that leaves good rows', {'a':['x','z','x'],'b':[1,5,1]}, 'expect_column_values_to_be_in_set', column='a', value_set=['x'], row_condition='b <= 3 and b != 2', condition_parser='pandas')
case('row condition: != is true of a missing value', {'a':['x','z','x'],'b':[1,N,2]}, 'expect_column_values_to_be_in_set', column='a', value_set=['x'], row_condition='b != 2', condition_parser='pandas')
case('row condition: not in', {'a':['x','z','x'],'b':['p','q','r']}, 'expect_column_values_to_be_in_set', column='a', value_set=['x'], row_condition='b not in ["q"]', condition_parser='pandas')
case('row condition as a dictionary', {'a':['x','z','x'],'b':[1,5,1]}, 'expect_column_values_to_be_in_set', column='a', value_set=['x'], row_condition={'type':'comparison','column':{'name':'b'},'operator':'<','parameter':3})
# between
case('inclusive', col(1,5), 'expect_column_values_to_be_between', column='a', min_value=1, max_value=5)
case('strict minimum', col(1,5), 'expect_column_values_to_be_between', column='a', min_value=1, max_value=5, strict_min=True)
case('strict maximum', col(1,5), 'expect_column_values_to_be_between', column='a', min_value=1, max_value=5, strict_max=True)
case('minimum alone', col(1,5,-3), 'expect_column_values_to_be_between', column='a', min_value=0)
case('ten rows, 0.9 allows one', col(1,2,3,4,5,6,7,8,9,99), 'expect_column_values_to_be_between', column='a', max_value=10, mostly=0.9)
case('ten rows, 0.9 does not allow two', col(1,2,3,4,5,6,7,8,98,99), 'expect_column_values_to_be_between', column='a', max_value=10, mostly=0.9)
case('between, missing ignored', col(1,N,3), 'expect_column_values_to_be_between', column='a', min_value=0, max_value=2)
# order
case('increasing', col(1,2,2,3), 'expect_column_values_to_be_increasing', column='a')
case('strictly increasing', col(1,2,2,3), 'expect_column_values_to_be_increasing', column='a', strictly=True)
case('one step down', col(1,3,2,4), 'expect_column_values_to_be_increasing', column='a')
case('one step down, mostly per row', col(1,3,2,4), 'expect_column_values_to_be_increasing', column='a', mostly=0.75)
case('missing values are stepped over', col(1,N,2,3), 'expect_column_values_to_be_increasing', column='a')
case('decreasing', col(3,2,1), 'expect_column_values_to_be_decreasing', column='a')
case('not decreasing', col(3,2,5,1), 'expect_column_values_to_be_decreasing', column='a')
# lengths, patterns
case('length equal', col('abc','def'), 'expect_column_value_lengths_to_equal', column='a', value=3)
case('length not equal', col('abc','de'), 'expect_column_value_lengths_to_equal', column='a', value=3)
case('lengths between', col('a','abc','abcd'), 'expect_column_value_lengths_to_be_between', column='a', min_value=1, max_value=3)
case('lengths between, strict', col('a','abc'), 'expect_column_value_lengths_to_be_between', column='a', min_value=1, max_value=4, strict_min=True)
case('length of letters outside ASCII', col('né','ñó'), 'expect_column_value_lengths_to_equal', column='a', value=2)
case('a pattern matches anywhere', col('xabc','abc'), 'expect_column_values_to_match_regex', column='a', regex='b')
case('an anchored pattern', col('xabc','abc'), 'expect_column_values_to_match_regex', column='a', regex='^a')
case('letters of Unicode are words', col('né','ñó'), 'expect_column_values_to_match_regex', column='a', regex=r'^\w+$')
case('no match wanted', col('xabc','abc'), 'expect_column_values_to_not_match_regex', column='a', regex='^x')
case('any of a list', col('a','b','c'), 'expect_column_values_to_match_regex_list', column='a', regex_list=['a','b'])
case('all of a list', col('ab','a'), 'expect_column_values_to_match_regex_list', column='a', regex_list=['a','b'], match_on='all')
case('none of a list', col('ab','c'), 'expect_column_values_to_not_match_regex_list', column='a', regex_list=['b','x'])
case('dates in a format', col('2024-01-31','2024-02-29'), 'expect_column_values_to_match_strftime_format', column='a', strftime_format='%Y-%m-%d')
case('a day that does not exist', col('2024-01-31','2023-02-29'), 'expect_column_values_to_match_strftime_format', column='a', strftime_format='%Y-%m-%d')
case('another format', col('31/01/2024','2024-01-31'), 'expect_column_values_to_match_strftime_format', column='a', strftime_format='%d/%m/%Y')
case('dates', col('2024-01-31','2024-02-01 10:11:12'), 'expect_column_values_to_be_dateutil_parseable', column='a')
case('no date', col('2024-01-31','hello'), 'expect_column_values_to_be_dateutil_parseable', column='a')
case('JSON', col('{"a": 1}','[1, 2]','nope'), 'expect_column_values_to_be_json_parseable', column='a')
case('JSON Schema', col('{"a": 1}','{"a": "x"}'), 'expect_column_values_to_match_json_schema', column='a', json_schema={'type':'object','properties':{'a':{'type':'integer'}},'required':['a']})
# types
case('integers', col(1,2,3), 'expect_column_values_to_be_of_type', column='a', type_='int64')
case('texts are no integers', col('x','y'), 'expect_column_values_to_be_of_type', column='a', type_='int')
case('one of several types', col(1.5,2.5), 'expect_column_values_to_be_in_type_list', column='a', type_list=['int64','float64'])
case('texts are not among numbers', col('x','y'), 'expect_column_values_to_be_in_type_list', column='a', type_list=['int','float'])
case('type of the column', col(1,2,3), 'expect_column_type_to_be', column='a', type_='int64')
case('another type of the column', col(1.5,2,3), 'expect_column_type_to_be', column='a', type_='int64')
# outliers
case('z below the threshold', col(*ten), 'expect_column_value_z_scores_to_be_less_than', column='a', threshold=2, double_sided=True)
case('one z above', col(1,1,1,1,1,1,1,1,1,50), 'expect_column_value_z_scores_to_be_less_than', column='a', threshold=2, double_sided=True)
case('one z far below, one-sided', col(1,1,1,1,1,1,1,1,1,-50), 'expect_column_value_z_scores_to_be_less_than', column='a', threshold=2, double_sided=False)
case('constant column has no z', col(3,3,3), 'expect_column_value_z_scores_to_be_less_than', column='a', threshold=2, double_sided=True)
case('within the fences', col(*ten), 'expect_column_values_to_not_be_outliers', column='a', method='iqr', multiplier=1.5)
case('beyond a fence', col(1,2,3,4,5,6,7,8,9,30), 'expect_column_values_to_not_be_outliers', column='a', method='iqr', multiplier=1.5)
case('beyond two sd', col(1,1,1,1,1,1,1,1,1,50), 'expect_column_values_to_not_be_outliers', column='a', method='std', multiplier=2)
# several columns
AB = {'a':[1,2,3,N,N],'b':[0,2,5,1,N]}
case('a above b', AB, 'expect_column_pair_values_a_to_be_greater_than_b', column_A='a', column_B='b')
case('a above b, rows without either left out', AB, 'expect_column_pair_values_a_to_be_greater_than_b', column_A='a', column_B='b', ignore_row_if='either_value_is_missing', or_equal=True)
case('a equals b, both missing left out', {'a':[1,2,N],'b':[1,2,N]}, 'expect_column_pair_values_to_be_equal', column_A='a', column_B='b')
case('a equals b, nothing left out', {'a':[1,2,N],'b':[1,2,N]}, 'expect_column_pair_values_to_be_equal', column_A='a', column_B='b', ignore_row_if='neither')
case('a equals b, one missing', {'a':[1,2,N],'b':[1,2,3]}, 'expect_column_pair_values_to_be_equal', column_A='a', column_B='b')
case('pairs', {'a':['x','y'],'b':['p','q']}, 'expect_column_pair_values_to_be_in_set', column_A='a', column_B='b', value_pairs_set=[['x','p'],['y','q']])
case('pairs the other way round', {'a':['x','q'],'b':['p','y']}, 'expect_column_pair_values_to_be_in_set', column_A='a', column_B='b', value_pairs_set=[['x','p'],['y','q']])
case('pairs with a missing half', {'a':['x','y',N],'b':['p',N,N]}, 'expect_column_pair_values_to_be_in_set', column_A='a', column_B='b', value_pairs_set=[['x','p'],['y',N]])
case('key', {'a':[1,1,2],'b':[1,2,1]}, 'expect_compound_columns_to_be_unique', column_list=['a','b'])
case('key twice', {'a':[1,1,2],'b':[1,1,1]}, 'expect_compound_columns_to_be_unique', column_list=['a','b'])
case('keys that are missing are left out', {'a':[1,N,N],'b':[1,N,N]}, 'expect_compound_columns_to_be_unique', column_list=['a','b'])
case('different within the row', {'a':[1,2],'b':[3,4],'c':[5,6]}, 'expect_select_column_values_to_be_unique_within_record', column_list=['a','b','c'])
case('equal within the row', {'a':[1,2],'b':[3,2],'c':[5,6]}, 'expect_select_column_values_to_be_unique_within_record', column_list=['a','b','c'])
case('two missing within the row are equal', {'a':[1,N],'b':[3,N],'c':[5,6]}, 'expect_select_column_values_to_be_unique_within_record', column_list=['a','b','c'])
case('all equal', {'a':[1,2],'b':[1,2],'c':[1,2]}, 'expect_multicolumn_values_to_be_equal', column_list=['a','b','c'])
case('one differs', {'a':[1,2],'b':[1,3],'c':[1,2]}, 'expect_multicolumn_values_to_be_equal', column_list=['a','b','c'])
case('one missing differs', {'a':[1,2,N],'b':[1,N,N],'c':[1,2,N]}, 'expect_multicolumn_values_to_be_equal', column_list=['a','b','c'])
case('sum', {'a':[1,2],'b':[4,3]}, 'expect_multicolumn_sum_to_equal', column_list=['a','b'], sum_total=5)
case('another sum', {'a':[1,2],'b':[4,4]}, 'expect_multicolumn_sum_to_equal', column_list=['a','b'], sum_total=5)
case('sum with a missing part', {'a':[1,5,N],'b':[4,N,N]}, 'expect_multicolumn_sum_to_equal', column_list=['a','b'], sum_total=5)
# statistics
for stat, lo, hi in [('min',1,1),('max',10,10),('mean',5.5,5.5),('median',5.5,5.5),('sum',55,55),('stdev',3.0276,3.0277),('unique_value_count',10,10),('proportion_of_unique_values',1,1)]:
    n=f'expect_column_{stat}_to_be_between'
    case(f'{stat} within', col(*ten), n, column='a', min_value=lo, max_value=hi)
    case(f'{stat} strictly', col(*ten), n, column='a', min_value=lo, max_value=hi+1, strict_min=True)
case('no mean of nothing', {'a':[N,N],'b':[1,2]}, 'expect_column_mean_to_be_between', column='a', min_value=0)
case('share of different values', col('x','x','y',N), 'expect_column_proportion_of_unique_values_to_be_between', column='a', min_value=0.66, max_value=0.67)
case('share of values', col('x','x','y',N), 'expect_column_proportion_of_non_null_values_to_be_between', column='a', min_value=0.75, max_value=0.75)
case('latest date', col('2024-01-31','2024-02-29'), 'expect_column_max_to_be_between', column='a', max_value='2024-02-28')
case('quantiles', col(*range(1,102)), 'expect_column_quantile_values_to_be_between', column='a', quantile_ranges={'quantiles':[0.25,0.5,0.75],'value_ranges':[[26,26],[51,51],[N,76]]})
case('quantile outside', col(*range(1,102)), 'expect_column_quantile_values_to_be_between', column='a', quantile_ranges={'quantiles':[0.5],'value_ranges':[[52,N]]})
case('quantile within the tolerance of a bound', col(*range(1,102)), 'expect_column_quantile_values_to_be_between', column='a', quantile_ranges={'quantiles':[0.5],'value_ranges':[[51.005,N]]})
case('most common', col('x','x','y'), 'expect_column_most_common_value_to_be_in_set', column='a', value_set=['x'])
case('tie', col('x','x','y','y'), 'expect_column_most_common_value_to_be_in_set', column='a', value_set=['x'])
case('tie allowed', col('x','x','y','y'), 'expect_column_most_common_value_to_be_in_set', column='a', value_set=['x'], ties_okay=True)
case('set within', col('x','y',N), 'expect_column_distinct_values_to_be_in_set', column='a', value_set=['x','y','z'])
case('set not within', col('x','w'), 'expect_column_distinct_values_to_be_in_set', column='a', value_set=['x','y','z'])
case('set equal', col('x','y','x'), 'expect_column_distinct_values_to_equal_set', column='a', value_set=['x','y'])
case('set not equal', col('x','x'), 'expect_column_distinct_values_to_equal_set', column='a', value_set=['x','y'])
case('set contained', col('x','y','z'), 'expect_column_distinct_values_to_contain_set', column='a', value_set=['x','y'])
case('set not contained', col('x','z'), 'expect_column_distinct_values_to_contain_set', column='a', value_set=['x','y'])
case('divergence of values', col('x','x','x','y'), 'expect_column_kl_divergence_to_be_less_than', column='a', partition_object={'values':['x','y'],'weights':[0.5,0.5]}, threshold=0.14)
case('divergence of values too large', col('x','x','x','y'), 'expect_column_kl_divergence_to_be_less_than', column='a', partition_object={'values':['x','y'],'weights':[0.5,0.5]}, threshold=0.13)
case('divergence with an unknown value', col('x','x','y','z'), 'expect_column_kl_divergence_to_be_less_than', column='a', partition_object={'values':['x','y'],'weights':[0.5,0.5]}, threshold=5)
case('divergence with a holdout', col('x','x','y','z'), 'expect_column_kl_divergence_to_be_less_than', column='a', partition_object={'values':['x','y'],'weights':[0.5,0.5]}, threshold=1, tail_weight_holdout=0.1)
case('divergence of bins', {'a':[0.5,1.5,1.5,2.5]}, 'expect_column_kl_divergence_to_be_less_than', column='a', partition_object={'bins':[0,1,2,3],'weights':[0.3,0.4,0.3]}, threshold=0.1)
case('divergence of bins with values outside', {'a':[0.5,1.5,1.5,9.5]}, 'expect_column_kl_divergence_to_be_less_than', column='a', partition_object={'bins':[0,1,2,3],'weights':[0.3,0.4,0.3]}, threshold=5)
case('divergence of bins with tails', {'a':[0.5,1.5,1.5,9.5]}, 'expect_column_kl_divergence_to_be_less_than', column='a', partition_object={'bins':[0,1,2,3],'weights':[0.25,0.35,0.25],'tail_weights':[0.05,0.1]}, threshold=0.6)
# table
T={'a':[1,2,3],'b':['x','y','z']}
case('rows between', T, 'expect_table_row_count_to_be_between', min_value=3, max_value=5)
case('rows between, strict', T, 'expect_table_row_count_to_be_between', min_value=3, max_value=5, strict_min=True)
case('rows equal', T, 'expect_table_row_count_to_equal', value=4)
case('rows that fit a condition', T, 'expect_table_row_count_to_equal', value=2, row_condition='a > 1', condition_parser='pandas')
case('columns between', T, 'expect_table_column_count_to_be_between', min_value=1, max_value=2)
case('columns equal', T, 'expect_table_column_count_to_equal', value=3)
case('column there', T, 'expect_column_to_exist', column='b')
case('column at its place', T, 'expect_column_to_exist', column='b', column_index=1)
case('column at another place', T, 'expect_column_to_exist', column='a', column_index=1)
case('column not there', T, 'expect_column_to_exist', column='c')
case('ordered list', T, 'expect_table_columns_to_match_ordered_list', column_list=['a','b'])
case('another order', T, 'expect_table_columns_to_match_ordered_list', column_list=['b','a'])
case('set of columns', T, 'expect_table_columns_to_match_set', column_set=['b','a'])
case('set without one', T, 'expect_table_columns_to_match_set', column_set=['a'])
case('set without one, not exact', T, 'expect_table_columns_to_match_set', column_set=['a'], exact_match=False)
case('set with one too many, not exact', T, 'expect_table_columns_to_match_set', column_set=['a','c'], exact_match=False)

def classname(t):
    special={'expect_column_kl_divergence_to_be_less_than':'ExpectColumnKLDivergenceToBeLessThan'}
    if t in special: return special[t]
    return ''.join(p.title() for p in t.split('_'))
ctx = gx.get_context(mode='ephemeral')
pandas_source = ctx.data_sources.add_pandas('p')
out=[]
byname={n.lower():n for n in dir(gxe)}
for i,(name,data,exp,kw) in enumerate(C):
    df=pd.DataFrame(data)
    b=pandas_source.add_dataframe_asset(f'd{i}').add_batch_definition_whole_dataframe('b').get_batch(batch_parameters={'dataframe':df})
    cls=getattr(gxe,byname[classname(exp).lower()])
    r=b.validate(cls(**kw))
    d=r.to_json_dict()
    if d['exception_info'] and d['exception_info'].get('raised_exception', False) or any(isinstance(v,dict) and v.get('raised_exception') for v in d['exception_info'].values()):
        print('EXC', name, str(d['exception_info'])[-300:], file=sys.stderr)
        continue
    unexpected = d['result'].get('unexpected_count')
    if exp.startswith('expect_column_distinct'): unexpected=None
    out.append({'name':name,'data':data,'expectation':exp,'kwargs':kw,'success':bool(d['success']),'unexpected':unexpected, 'observed': d['result'].get('observed_value') if isinstance(d['result'].get('observed_value'),(int,float)) else None})

# What runs on SQL alone.
S = [
 ('SQL: like', {'a':['abc','abd',None]}, 'expect_column_values_to_match_like_pattern', dict(column='a',like_pattern='ab_')),
 ('SQL: not like', {'a':['abc','xbd']}, 'expect_column_values_to_match_like_pattern', dict(column='a',like_pattern='a%')),
 ('SQL: like with an escape', {'a':['5%','50']}, 'expect_column_values_to_match_like_pattern', dict(column='a',like_pattern='5!%',escape='!')),
 ('SQL: no match wanted', {'a':['abc','xbd']}, 'expect_column_values_to_not_match_like_pattern', dict(column='a',like_pattern='a%')),
 ('SQL: any of a list', {'a':['abc','xbd','q']}, 'expect_column_values_to_match_like_pattern_list', dict(column='a',like_pattern_list=['a%','x%'])),
 ('SQL: all of a list', {'a':['abc','abd']}, 'expect_column_values_to_match_like_pattern_list', dict(column='a',like_pattern_list=['a%','%c'],match_on='all')),
 ('SQL: none of a list', {'a':['abc','xbd','q']}, 'expect_column_values_to_not_match_like_pattern_list', dict(column='a',like_pattern_list=['a%','x%'])),
 ('SQL: the query finds rows', {'a':[1,2,3]}, 'unexpected_rows_expectation', dict(unexpected_rows_query='SELECT * FROM {batch} WHERE a > 1;')),
 ('SQL: the query finds none', {'a':[1,2,3]}, 'unexpected_rows_expectation', dict(unexpected_rows_query='SELECT * FROM {batch} WHERE a > 5')),
]
db = os.path.join(tempfile.mkdtemp(), 'cases.db')
con=sqlite3.connect(db)
for i,(n,d,e,k) in enumerate(S): pd.DataFrame(d).to_sql(f't{i}',con,index=False)
con.commit(); con.close()
ds=ctx.data_sources.add_sqlite('s',connection_string='sqlite:///'+db)
by={n.lower():n for n in dir(gxe)}
for i,(n,d,e,k) in enumerate(S):
    b=ds.add_table_asset(f't{i}',table_name=f't{i}').add_batch_definition_whole_table('b').get_batch()
    r=b.validate(getattr(gxe,by[e.replace('_','')])(**k)).to_json_dict()
    if any(isinstance(v,dict) and v.get('raised_exception') for v in r['exception_info'].values()) or r['exception_info'].get('raised_exception'): print('EXC',n,str(r['exception_info'])[:300]); continue
    u=r['result'].get('unexpected_count')
    out.append({'name':n,'data':d,'expectation':e,'kwargs':k,'success':bool(r['success']),'unexpected':u if u is not None else None,'observed':None})
doc={'made with':f'great_expectations {gx.__version__}, pandas {pd.__version__}','cases':out}
lines=',\n'.join('    '+json.dumps(o,ensure_ascii=False) for o in out)
open(sys.argv[1],'w').write('{\n  "madeWith": '+json.dumps(doc['made with'])+',\n  "cases": [\n'+lines+'\n  ]\n}\n')
print(len(out), 'of', len(C) + len(S))

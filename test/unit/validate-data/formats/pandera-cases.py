"""Verdicts of Pandera on schemas read from YAML: python3 pandera-cases.py pandera-cases.json"""
import json, sys, warnings
warnings.filterwarnings('ignore')
import pandas as pd, pandera, pandera.pandas as pa
from pandera.io.pandas_io import from_yaml
N=None; C=[]
def case(name, data, columns, dtypes=None, **more):
    C.append((name, data, {'schema_type':'dataframe','columns':columns,**more}))
for c,good,bad in [('greater_than',[1,2],[0,1]),('greater_than_or_equal_to',[0,1],[-1,1]),('less_than',[-1,-2],[0]),('less_than_or_equal_to',[0],[1]),('equal_to',[0,0],[0,1]),('not_equal_to',[1],[0])]:
    case(f'{c}: holds', {'a':good}, {'a':{'dtype':'int64',c:0}})
    case(f'{c}: broken', {'a':bad}, {'a':{'dtype':'int64',c:0}})
case('in_range, both ends in', {'a':[1,5]}, {'a':{'in_range':{'min_value':1,'max_value':5}}})
case('in_range, left end out', {'a':[1,5]}, {'a':{'in_range':{'min_value':1,'max_value':5,'include_min':False}}})
case('in_range, right end out', {'a':[1,5]}, {'a':{'in_range':{'min_value':1,'max_value':5,'include_max':False}}})
case('isin', {'a':['x','y']}, {'a':{'isin':['x','y']}})
case('isin broken', {'a':['x','z']}, {'a':{'isin':['x','y']}})
case('notin', {'a':['x','y']}, {'a':{'notin':['z']}})
case('notin broken', {'a':['x','z']}, {'a':{'notin':['z']}})
case('str_matches from the start', {'a':['abc','abd']}, {'a':{'str_matches':'ab'}})
case('str_matches not inside', {'a':['xab']}, {'a':{'str_matches':'ab'}})
case('str_matches alternatives', {'a':['b1','xb']}, {'a':{'str_matches':'a|b'}})
case('str_contains inside', {'a':['xab']}, {'a':{'str_contains':'ab'}})
case('str_startswith with a sign', {'a':['a.b']}, {'a':{'str_startswith':'a.'}})
case('str_startswith broken', {'a':['axb']}, {'a':{'str_startswith':'a.'}})
case('str_endswith', {'a':['xa.b']}, {'a':{'str_endswith':'.b'}})
case('str_endswith broken', {'a':['xab ']}, {'a':{'str_endswith':'b'}})
case('str_length', {'a':['a','abc']}, {'a':{'str_length':{'min_value':1,'max_value':3}}})
case('str_length broken', {'a':['a','abcd']}, {'a':{'str_length':{'min_value':1,'max_value':3}}})
case('unique_values_eq', {'a':['x','y','x']}, {'a':{'unique_values_eq':{'values':['x','y']}}})
case('unique_values_eq broken', {'a':['x','x']}, {'a':{'unique_values_eq':{'values':['x','y']}}})
case('not nullable by default', {'a':['x',N]}, {'a':{}})
case('nullable', {'a':['x',N]}, {'a':{'nullable':True}})
case('missing values pass checks', {'a':['x',N]}, {'a':{'nullable':True,'isin':['x']}})
case('missing values fail with ignore_na false', {'a':[1.0,N]}, {'a':{'nullable':True,'greater_than':{'min_value':0,'ignore_na':False}}})
case('missing values pass not_equal_to with ignore_na false', {'a':[1.0,N]}, {'a':{'nullable':True,'not_equal_to':{'value':0,'ignore_na':False}}})
case('a warning does not fail', {'a':[-1]}, {'a':{'greater_than':{'min_value':0,'raise_warning':True}}})
case('unique', {'a':[1,2]}, {'a':{'unique':True}})
case('unique broken', {'a':[1,1]}, {'a':{'unique':True}})
case('two missing values are duplicates', {'a':[1.0,N,N]}, {'a':{'unique':True,'nullable':True}})
case('column lacking', {'b':[1]}, {'a':{},'b':{}})
case('column lacking, not required', {'b':[1]}, {'a':{'required':False,'greater_than':0},'b':{}})
case('other columns allowed', {'a':[1],'b':[1]}, {'a':{}})
case('strict', {'a':[1],'b':[1]}, {'a':{}}, strict=True)
case('strict filter', {'a':[1],'b':[1]}, {'a':{}}, strict='filter')
case('ordered', {'a':[1],'b':[1]}, {'a':{},'b':{}}, ordered=True)
case('ordered broken', {'b':[1],'a':[1]}, {'a':{},'b':{}}, ordered=True)
case('unique together', {'a':[1,1],'b':[1,2]}, {'a':{},'b':{}}, unique=['a','b'])
case('unique together broken', {'a':[1,1],'b':[1,1]}, {'a':{},'b':{}}, unique=['a','b'])
case('integers', {'a':[1,2]}, {'a':{'dtype':'int64'}})
case('texts for integers', {'a':['x','y']}, {'a':{'dtype':'int64'}})
case('numbers', {'a':[1.5,2]}, {'a':{'dtype':'float64'}})
case('booleans', {'a':[True,False]}, {'a':{'dtype':'bool'}})
case('checks as a list', {'a':[0]}, {'a':{'checks':[{'value':0,'options':{'check_name':'greater_than','raise_warning':False,'ignore_na':True}}]}})
import yaml
out=[]
for name,data,schema in C:
    text=yaml.safe_dump(schema,sort_keys=False)
    try:
        s=from_yaml(text)
    except Exception as e:
        print('READ',name,repr(e)[:300]); continue
    try:
        s.validate(pd.DataFrame(data),lazy=True); ok=True; why=[]
    except pa.errors.SchemaErrors as e:
        ok=False; why=sorted(set(str(x) for x in e.failure_cases['check']))
    except Exception as e:
        print('RUN',name,repr(e)[:200]); continue
    out.append({'name':name,'data':data,'schema':schema,'success':ok,'failed':why})
lines=',\n'.join('    '+json.dumps(o,ensure_ascii=False) for o in out)
open(sys.argv[1],'w').write('{\n  "madeWith": '+json.dumps(f'pandera {pandera.__version__}, pandas {pd.__version__}')+',\n  "cases": [\n'+lines+'\n  ]\n}\n')
print(len(out),len(C))

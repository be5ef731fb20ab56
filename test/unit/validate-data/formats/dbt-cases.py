"""Status and failures of dbt's own tests on DuckDB: python3 dbt-cases.py dbt-cases.json"""
import json, os, subprocess, sys, tempfile, yaml
N=None; C=[]
def case(name, data, test, column='a', others=None):
    C.append((name, data, column, test, others or {}))
D={'a':[1,1,2,2,3,N,N]}
case('not_null', {'a':[1,2]}, 'not_null')
case('not_null: two failures', D, 'not_null')
case('not_null: warns', D, {'not_null':{'config':{'severity':'warn'}}})
case('not_null: error_if above the count, warn_if as it is', D, {'not_null':{'config':{'error_if':'>2'}}})
case('not_null: error_if at the count', D, {'not_null':{'config':{'error_if':'>=2'}}})
case('not_null: both above', D, {'not_null':{'config':{'error_if':'>5','warn_if':'>2'}}})
case('not_null: warn_if below', D, {'not_null':{'config':{'error_if':'>5','warn_if':'>1'}}})
case('not_null: severity warn looks at warn_if alone', D, {'not_null':{'config':{'severity':'warn','error_if':'>0','warn_if':'>5'}}})
case('not_null: where', D, {'not_null':{'config':{'where':'a > 1'}}})
case('not_null: no rows', D, {'not_null':{'config':{'where':'a > 5'}}})
case('unique', {'a':[1,2,N,N]}, 'unique')
case('unique: two groups', D, 'unique')
case('unique: two groups, one allowed', D, {'unique':{'config':{'error_if':'>1','warn_if':'>1'}}})
case('unique: two groups, two allowed', D, {'unique':{'config':{'error_if':'>2','warn_if':'>2'}}})
case('unique: where', D, {'unique':{'config':{'where':'a = 3'}}})
S={'a':['x','y','z','z','w',N]}
case('accepted_values', {'a':['x','y',N]}, {'accepted_values':{'arguments':{'values':['x','y']}}})
case('accepted_values: two values', S, {'accepted_values':{'arguments':{'values':['x','y']}}})
case('accepted_values: two values, two allowed', S, {'accepted_values':{'arguments':{'values':['x','y']},'config':{'error_if':'>2','warn_if':'>2'}}})
case('accepted_values: two values, one allowed', S, {'accepted_values':{'arguments':{'values':['x','y']},'config':{'error_if':'>1','warn_if':'>1'}}})
case('accepted_values: numbers', {'a':[1,2]}, {'accepted_values':{'arguments':{'values':[1,2],'quote':False}}})
case('accepted_values: equal to a count', S, {'accepted_values':{'arguments':{'values':['x','y']},'config':{'error_if':'=2','warn_if':'=2'}}})
case('accepted_values: between counts', S, {'accepted_values':{'arguments':{'values':['x','y']},'config':{'error_if':'between 3 and 9','warn_if':'between 1 and 2'}}})
P={'parents':{'id':[1,2]}}
case('relationships', {'a':[1,2,N]}, {'relationships':{'arguments':{'to':"ref('parents')",'field':'id'}}}, others=P)
case('relationships: two orphans', {'a':[1,3,3,N]}, {'relationships':{'arguments':{'to':"ref('parents')",'field':'id'}}}, others=P)
case('relationships: two orphans, two allowed', {'a':[1,3,3,N]}, {'relationships':{'arguments':{'to':"ref('parents')",'field':'id'},'config':{'error_if':'>2'}}}, others=P)
case('disabled', D, {'not_null':{'config':{'enabled':False}}})
root = tempfile.mkdtemp(); os.makedirs(root + '/models')
open(root+'/dbt_project.yml','w').write("name: p\nversion: '1.0'\nprofile: p\nmodel-paths: [models]\nflags: {send_anonymous_usage_stats: false}\n")
open(root+'/profiles.yml','w').write("p:\n  target: d\n  outputs:\n    d: {type: duckdb, path: '%s/x.duckdb', threads: 1}\n"%root)
def sql(data):
    cols=list(data); n=len(data[cols[0]])
    lit=lambda v: 'NULL' if v is None else ("'%s'"%v if isinstance(v,str) else str(v))
    typ=lambda c: 'VARCHAR' if any(isinstance(v,str) for v in data[c]) else 'INTEGER'
    return ' UNION ALL '.join('SELECT '+', '.join(f'CAST({lit(data[c][i])} AS {typ(c)}) AS {c}' for c in cols) for i in range(n))
models=[]; seen=set()
for i,(name,data,column,test,others) in enumerate(C):
    open(f'{root}/models/m{i:03}.sql','w').write(sql(data))
    for o,d in others.items():
        if o not in seen: seen.add(o); open(f'{root}/models/{o}.sql','w').write(sql(d))
    models.append({'name':f'm{i:03}','columns':[{'name':column,'data_tests':[test]}]})
open(root+'/models/schema.yml','w').write(yaml.safe_dump({'version':2,'models':models},sort_keys=False))
env={**os.environ,'DBT_PROFILES_DIR':root}
for cmd in ('run','test'):
    r=subprocess.run([os.path.join(os.path.dirname(sys.executable), 'dbt'),cmd,'--project-dir',root],env=env,capture_output=True,text=True)
    if cmd=='run' and r.returncode: print(r.stdout[-2000:])
res={}
man=json.load(open(root+'/target/manifest.json'))
for r in json.load(open(root+'/target/run_results.json'))['results']:
    n=man['nodes'][r['unique_id']]
    m=[d for d in [n.get('attached_node')] if d][0].split('.')[-1]
    res[m]=(r['status'],r['failures'],r['message'])
out=[]
for i,(name,data,column,test,others) in enumerate(C):
    st=res.get(f'm{i:03}',('disabled',None,None))
    if st[0]=='error': print('ERR',name,st)
    o={'name':name,'data':data,'properties':{'version':2,'models':[{'name':'m','columns':[{'name':column,'data_tests':[test]}]}]},'others':others,'status':st[0],'failures':st[1]}
    out.append(o)
from importlib.metadata import version
made=f"dbt-core {version('dbt-core')}, dbt-duckdb {version('dbt-duckdb')}"
lines=',\n'.join('    '+json.dumps(o,ensure_ascii=False) for o in out)
open(sys.argv[1],'w').write('{\n  "madeWith": '+json.dumps(made)+',\n  "cases": [\n'+lines+'\n  ]\n}\n')

export const id=5789;export const ids=[5789];export const modules={65789:(o,s,t)=>{t.d(s,{walkSchemas:()=>c});var e=t(88532);function c(){(0,e.$W)({jitless:!0})}}};

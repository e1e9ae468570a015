/** A hundred things that a model might think of; most of it has nothing to do with the answer. */
export const IDEAS = (
  "rain,wind,cloud,snow,fog,heat,dew,frost,hail,storm,tide,moon,dust,pollen,smoke,glare,dawn,dusk,noon,night," +
  "monday,friday,holiday,fair,concert,strike,market,parade,match,election,school,ferry,train,bus,bridge,detour,roadwork," +
  "harbour,airport,tram,price,menu,music,terrace,parking,garden,window,candle,flower,mirror,carpet,curtain,poster,banner," +
  "leaflet,review,coupon,voucher,raffle,quiz,wine,beer,coffee,cocoa,juice,soup,salad,bread,cheese,pasta,pizza,curry,cake," +
  "sorbet,waiter,barman,manager,uniform,apron,radio,paper,website,phone,letter,queue,booking,delivery,catering,birthday," +
  "wedding,reunion,funeral,congress,seminar,audit,repair,painting,cleaning,lighting,heating"
).split(",");

/** Those that the answer is really made of. */
export const GOOD: ReadonlySet<string> = new Set(["heat", "holiday", "fair", "ferry", "match", "dusk"]);

export const SURFACE = "demand.ts";

/** The surface to start with; every idea adds a term. */
export const START = `/** How many guests come. */
export default function guests(day: Record<string, number>): number {
  let sum = 0;
  return sum;
}
`;

/** An idea as a model writes it down: never twice with the same names, comments and layout. */
export function withIdea(surface: string, idea: string, variant: number): string {
  const name = ["effect", "influence", "share", "part"][variant % 4];
  const comment = variant % 3 === 0 ? ` // ${idea} matters` : "";
  const gap = variant % 2 === 0 ? "" : "\n";
  const term = `  const ${name}${idea.length} = day["${idea}"] ?? 0;${comment}\n${gap}  sum += ${name}${idea.length};\n`;
  return surface.replace("  return sum;", `${term}  return sum;`);
}

/** Whether a content has the idea in it. */
export const hasIdea = (surface: string, idea: string): boolean => surface.includes(`"${idea}"`);

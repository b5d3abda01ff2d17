"""Cities, countries, nationalities, and the words that streets are named with."""

CITIES = """
new york|los angeles|chicago|houston|phoenix|philadelphia|san antonio|san diego|dallas|san jose|austin|jacksonville|fort worth|columbus|charlotte
san francisco|indianapolis|seattle|denver|washington|boston|el paso|nashville|detroit|oklahoma city|portland|las vegas|memphis|louisville
baltimore|milwaukee|albuquerque|tucson|fresno|sacramento|kansas city|mesa|atlanta|omaha|colorado springs|raleigh|miami|long beach|virginia beach
oakland|minneapolis|tulsa|tampa|arlington|new orleans|wichita|cleveland|bakersfield|aurora|anaheim|honolulu|santa ana|riverside|corpus christi
lexington|stockton|st. louis|saint paul|henderson|pittsburgh|cincinnati|anchorage|greensboro|plano|newark|lincoln|orlando|irvine|toledo|jersey city
chula vista|durham|fort wayne|st. petersburg|laredo|buffalo|madison|lubbock|chandler|scottsdale|reno|glendale|norfolk|boise|richmond|spokane
salt lake city|tacoma|des moines|rochester|birmingham|savannah|springfield|toronto|montreal|montréal|vancouver|calgary|edmonton|ottawa|winnipeg
quebec|québec|hamilton|halifax|victoria|london|manchester|leeds|glasgow|sheffield|bradford|liverpool|edinburgh|bristol|cardiff|belfast|leicester
wakefield|coventry|nottingham|newcastle|newcastle upon tyne|sunderland|brighton|hull|plymouth|stoke-on-trent|wolverhampton|derby|swansea
southampton|salford|aberdeen|westminster|portsmouth|york|peterborough|dundee|lancaster|oxford|newport|preston|norwich|cambridge|exeter|bath
dublin|cork|limerick|galway|waterford|sydney|melbourne|brisbane|perth|adelaide|gold coast|canberra|hobart|darwin|auckland|wellington|christchurch
berlin|hamburg|münchen|munich|köln|cologne|frankfurt|frankfurt am main|stuttgart|düsseldorf|leipzig|dortmund|essen|bremen|dresden|hannover|nürnberg
duisburg|bochum|wuppertal|bielefeld|bonn|münster|karlsruhe|mannheim|augsburg|wiesbaden|mönchengladbach|gelsenkirchen|aachen|braunschweig|kiel
chemnitz|magdeburg|freiburg|krefeld|mainz|lübeck|erfurt|oberhausen|rostock|kassel|hagen|potsdam|saarbrücken|ulm|heidelberg|würzburg|regensburg
ingolstadt|göttingen|wolfsburg|heilbronn|trier|jena|wien|vienna|graz|linz|salzburg|innsbruck|klagenfurt|zürich|zurich|genf|genève|geneva|basel|bern
lausanne|luzern|winterthur|st. gallen|lugano|paris|marseille|lyon|toulouse|nice|nantes|strasbourg|montpellier|bordeaux|lille|rennes|reims
saint-étienne|le havre|toulon|grenoble|dijon|angers|nîmes|villeurbanne|le mans|aix-en-provence|brest|tours|amiens|limoges|annecy|perpignan
besançon|metz|orléans|rouen|mulhouse|caen|nancy|avignon|poitiers|versailles|la rochelle|madrid|barcelona|valencia|sevilla|seville|zaragoza|málaga
murcia|palma|las palmas|bilbao|alicante|córdoba|valladolid|vigo|gijón|granada|la coruña|a coruña|vitoria|elche|oviedo|pamplona|almería|santander
burgos|salamanca|cádiz|huelva|león|tarragona|girona|toledo|lisboa|lisbon|porto|braga|coimbra|faro|aveiro|setúbal|évora|roma|rome|milano|milan|napoli
naples|torino|turin|palermo|genova|genoa|bologna|firenze|florence|bari|catania|venezia|venice|verona|messina|padova|trieste|brescia|parma|taranto
prato|modena|reggio calabria|livorno|cagliari|perugia|ravenna|foggia|rimini|salerno|ferrara|sassari|siena|pisa|bergamo|trento|amsterdam|rotterdam
den haag|the hague|utrecht|eindhoven|tilburg|groningen|almere|breda|nijmegen|arnhem|haarlem|enschede|maastricht|leiden|delft|brussel|bruxelles
brussels|antwerpen|antwerp|gent|ghent|charleroi|liège|brugge|namur|leuven|luxembourg|warszawa|warsaw|kraków|łódź|wrocław|poznań|gdańsk|szczecin
bydgoszcz|lublin|białystok|katowice|gdynia|częstochowa|radom|toruń|rzeszów|kielce|olsztyn|praha|prague|brno|ostrava|plzeň|liberec|olomouc|bratislava
košice|budapest|debrecen|szeged|pécs|győr|bucurești|bucharest|cluj-napoca|timișoara|iași|constanța|brașov|sofia|plovdiv|varna|burgas|zagreb|split
rijeka|osijek|ljubljana|maribor|beograd|belgrade|novi sad|niš|sarajevo|skopje|stockholm|göteborg|gothenburg|malmö|uppsala|västerås|örebro|linköping
lund|oslo|bergen|trondheim|stavanger|tromsø|københavn|copenhagen|aarhus|odense|aalborg|esbjerg|helsinki|espoo|tampere|vantaa|oulu|turku|reykjavík
tallinn|tartu|riga|vilnius|kaunas|istanbul|ankara|izmir|bursa|antalya|adana|konya|gaziantep|athens|thessaloniki|moscow|saint petersburg|kyiv|lviv
odesa|kharkiv|minsk|mexico city|ciudad de méxico|guadalajara|monterrey|puebla|tijuana|mérida|cancún|querétaro|são paulo|rio de janeiro|salvador
brasília|fortaleza|belo horizonte|manaus|curitiba|recife|porto alegre|belém|goiânia|campinas|buenos aires|rosario|mendoza|la plata|santiago
valparaíso|concepción|bogotá|medellín|cali|barranquilla|cartagena|lima|arequipa|quito|guayaquil|caracas|montevideo|la paz|asunción|tokyo|osaka|kyoto
yokohama|nagoya|sapporo|kobe|fukuoka|hiroshima|sendai|beijing|shanghai|guangzhou|shenzhen|chengdu|wuhan|hangzhou|nanjing|xi'an|chongqing|tianjin
hong kong|taipei|kaohsiung|seoul|busan|incheon|daegu|mumbai|delhi|new delhi|bangalore|bengaluru|hyderabad|ahmedabad|chennai|kolkata|surat|pune
jaipur|lucknow|kanpur|nagpur|indore|bhopal|patna|karachi|lahore|islamabad|dhaka|colombo|kathmandu|bangkok|chiang mai|hanoi|ho chi minh city|da nang
jakarta|surabaya|bandung|medan|manila|quezon city|cebu|kuala lumpur|singapore|dubai|abu dhabi|riyadh|jeddah|doha|kuwait city|muscat|amman|beirut
baghdad|tehran|cairo|alexandria|casablanca|rabat|marrakesh|tunis|algiers|lagos|abuja|kano|ibadan|accra|kumasi|nairobi|mombasa|addis ababa|kampala
dar es salaam|johannesburg|cape town|durban|pretoria|tel aviv|jerusalem|haifa|москва|санкт-петербург|новосибирск|екатеринбург|казань|нижний новгород
челябинск|самара|омск|ростов-на-дону|уфа|красноярск|пермь|воронеж|волгоград|краснодар|саратов|тюмень|київ|харків|одеса|дніпро|львів|софия|варна
минск|北京|北京市|上海|上海市|广州|广州市|深圳|深圳市|成都|杭州|武汉|南京|西安|重庆|天津|苏州|東京|大阪|京都|横浜|名古屋|札幌|神戸|福岡|広島|仙台|横浜市|大阪市|名古屋市|札幌市|서울|부산|인천|대구|대전|광주|울산|수원
서울특별시|부산광역시|القاهرة|الرياض|جدة|دبي|بغداد|بيروت|دمشق|عمان|الاسكندرية|الإسكندرية|الدار البيضاء|مكة|الدوحة|الكويت|תל אביב|ירושלים|חיפה|αθήνα|θεσσαλονίκη|πάτρα|ηράκλειο
दिल्ली|मुंबई|कोलकाता|चेन्नई|बेंगलुरु|हैदराबाद|पुणे|जयपुर|लखनऊ|กรุงเทพมหานคร|กรุงเทพ|เชียงใหม่|ขอนแก่น|ภูเก็ต
"""
COUNTRIES = """
germany|france|spain|italy|united kingdom|great britain|ireland|portugal|netherlands|belgium|luxembourg|austria|switzerland|poland|czech republic
czechia|slovakia|hungary|romania|bulgaria|greece|croatia|slovenia|serbia|denmark|sweden|norway|finland|iceland|estonia|latvia|lithuania|ukraine|russia
turkey|united states|united states of america|usa|canada|mexico|brazil|argentina|chile|colombia|peru|venezuela|ecuador|bolivia|uruguay|paraguay|china
japan|south korea|india|pakistan|bangladesh|sri lanka|nepal|thailand|vietnam|indonesia|malaysia|philippines|singapore|australia|new zealand|egypt
morocco|algeria|tunisia|nigeria|ghana|kenya|ethiopia|south africa|uganda|tanzania|israel|iran|iraq|saudi arabia|united arab emirates|qatar|kuwait|jordan
lebanon|syria|afghanistan|deutschland|frankreich|spanien|italien|österreich|schweiz|polen|españa|méxico|brasil|alemania|francia|allemagne|espagne|italie
italia|belgique|suisse|nederland|polska|sverige|norge|danmark|suomi|türkiye|日本|中国|россия|україна
"""
NATIONALITIES = """
german|french|spanish|italian|british|irish|portuguese|dutch|belgian|austrian|swiss|polish|czech|slovak|hungarian|romanian|bulgarian|greek|croatian
slovenian|serbian|danish|swedish|norwegian|finnish|icelandic|estonian|latvian|lithuanian|ukrainian|russian|turkish|american|canadian|mexican|brazilian
argentinian|argentine|chilean|colombian|peruvian|venezuelan|ecuadorian|bolivian|chinese|japanese|korean|indian|pakistani|bangladeshi|sri lankan|nepali|thai
vietnamese|indonesian|malaysian|filipino|singaporean|australian|egyptian|moroccan|algerian|tunisian|nigerian|ghanaian|kenyan|ethiopian|south african
israeli|iranian|iraqi|saudi|syrian|lebanese|afghan|deutsch|französisch|spanisch|italienisch|österreichisch|polnisch|türkisch|française|français|espagnole
allemande|italienne|española|mexicana|alemana|brasileira|italiana|tedesca|francese|russisch|jordanian|jamaican|cuban
"""
STREET_WORDS = """
street|st|avenue|ave|road|rd|lane|ln|drive|dr|boulevard|blvd|court|ct|place|pl|square|way|terrace|close|crescent|parkway|pkwy|highway|hwy|circle|trail|loop
mews|row|grove|gardens|hill|plaza|alley|path|walk|apt|suite|ste|unit|rue|chemin|allée|quai|impasse|cours|passage|straße|strasse|str|weg|platz|allee|gasse|ring
damm|ufer|calle|avenida|avda|paseo|plaza|carrer|camino|carretera|ronda|glorieta|via|viale|piazza|corso|vicolo|largo|strada|contrada|borgo|rua|travessa|praça
alameda|estrada|rodovia|straat|laan|plein|gracht|kade|dreef|steenweg|ulica|ul|aleja|al|plac|osiedle|os|ulice|náměstí|třída|utca|út|tér|strada|bulevardul|calea
gatan|vägen|gata|väg|vei|veien|gate|vej|gade|allé|katu|tie|tori|sokak|sokağı|caddesi|cadde|mahallesi|bulvarı|ulitsa|улица|ул|проспект|пр|переулок|пер|шоссе|вулиця|вул
nagar|marg|chowk|colony|jalan|jl|gang|路|街|号|巷|弄|丁目|番地|番|길|로|동|شارع|طريق|רחוב|οδός|λεωφόρος|road|soi|ซอย|ถนน|po box|postfach|fracc|col|interior|flat|bajos|puerta
"""

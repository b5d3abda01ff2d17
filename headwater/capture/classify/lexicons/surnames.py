"""Family names that are common where these languages are spoken."""

SURNAMES = """
smith johnson williams brown jones garcia miller davis rodriguez martinez hernandez lopez gonzalez wilson anderson thomas taylor moore jackson
martin lee perez thompson white harris sanchez clark ramirez lewis robinson walker young allen king wright scott torres nguyen hill flores green
adams nelson baker hall rivera campbell mitchell carter roberts gomez phillips evans turner diaz parker cruz edwards collins reyes stewart
morris morales murphy cook rogers gutierrez ortiz morgan cooper peterson bailey reed kelly howard ramos kim cox ward richardson watson brooks
chavez wood james bennett gray mendoza ruiz hughes price alvarez castillo sanders patel myers long ross foster jimenez powell jenkins perry
russell sullivan bell coleman butler henderson barnes gonzales fisher vasquez simmons romero jordan patterson alexander hamilton graham
reynolds griffin wallace moreno west cole hayes bryant herrera gibson ellis tran medina aguilar stevens murray ford castro marshall owens
harrison fernandez mcdonald woods washington kennedy wells vargas henry chen freeman webb tucker guzman burns crawford olson simpson porter
hunter gordon mendez silva shaw snyder mason dixon munoz hunt hicks holmes palmer wagner black robertson boyd rose stone salazar fox warren
mills meyer rice schmidt daniels ferguson nichols stephens soto weaver ryan gardner payne grant dunn kelley spencer hawkins davies clarke
walsh byrne o'connor o'brien o'neill doyle mccarthy gallagher doherty lynch quinn macdonald campbell sinclair begum hussain ahmed khan ali
müller schmidt schneider fischer weber meyer wagner becker schulz hoffmann schäfer koch bauer richter klein wolf schröder neumann schwarz
zimmermann braun krüger hofmann hartmann lange schmitt werner schmitz krause meier lehmann schmid schulze maier köhler herrmann könig walter
mayer huber kaiser fuchs peters lang scholz möller weiß jung hahn schubert vogel friedrich keller günther frank berger winkler roth beck lorenz
baumann franke albrecht schuster simon ludwig böhm winter kraus martin schumacher krämer vogt stein jäger otto sommer groß seidel heinrich brandt
haas schreiber graf dietrich ziegler kuhn kühn pohl engel horn busch bergmann thomas voigt sauer arnold wolff pfeiffer gruber steiner egger moser
martin bernard thomas petit robert richard durand dubois moreau laurent simon michel lefebvre leroy roux david bertrand morel fournier girard
bonnet dupont lambert fontaine rousseau vincent muller lefèvre faure andré mercier blanc guérin boyer garnier chevalier françois legrand gauthier
garcia perrin robin clément morin nicolas henry roussel mathieu gautier masson marchand duval denis dumont marie lemaire noël meyer dufour meunier
brun blanchard giraud joly rivière lucas brunet gaillard barbier arnaud martinez gérard roche renard schmitt roy leroux colin vidal caron picard
roger fabre aubert lemoine renaud dumas lacroix olivier philippe bourgeois pierre benoît rey leclerc payet rolland leclercq guillaume lecomte
garcía rodríguez gonzález fernández lópez martínez sánchez pérez gómez martín jiménez ruiz hernández díaz moreno muñoz álvarez romero alonso
gutiérrez navarro torres domínguez vázquez ramos gil ramírez serrano blanco molina morales suárez ortega delgado castro ortiz rubio marín sanz
núñez iglesias medina garrido cortés castillo santos lozano guerrero cano prieto méndez cruz calvo gallego vidal león márquez herrera peña
flores cabrera campos vega fuentes carrasco diez reyes caballero nieto aguilar pascual santana herrero lorenzo montero hidalgo giménez ibáñez
silva santos oliveira souza sousa rodrigues ferreira alves pereira lima gomes costa ribeiro martins carvalho almeida lopes soares fernandes
vieira barbosa rocha dias nascimento andrade moreira nunes marques machado mendes freitas cardoso ramos gonçalves santana teixeira araújo
pinto correia da cunha moura azevedo campos melo barros pires peixoto rezende sales viana novaes cavalcanti caldeira aragão fogaça farias
rossi russo ferrari esposito bianchi romano colombo ricci marino greco bruno gallo conti de luca mancini costa giordano rizzo lombardi moretti
barbieri fontana santoro mariani rinaldi caruso ferrara galli martini leone longo gentile martinelli vitale lombardo serra coppola de santis
marchetti parisi villa conte ferraro ferri fabbri bianco marini grasso valentini messina sala de angelis gatti pellegrini palumbo sanna farina
de jong jansen de vries van den berg bakker janssen visser smit meijer de boer mulder de groot bos vos peters hendriks van leeuwen dekker
brouwer de wit dijkstra smits de graaf van der meer kok jacobs de haan vermeulen van den heuvel van der veen van dijk peeters maes willems claes
goossens wouters de smet dubois mertens desmet
nowak kowalski wiśniewski wójcik kowalczyk kamiński lewandowski zieliński szymański woźniak dąbrowski kozłowski jankowski mazur wojciechowski
kwiatkowski krawczyk kaczmarek piotrowski grabowski zając pawłowski michalski król wieczorek jabłoński wróbel nowakowski majewski olszewski
stępień malinowski jaworski adamczyk dudek nowicki pawlak górski witkowski walczak sikora baran rutkowski michalak szewczyk ostrowski kowalska
wiśniewska kamińska lewandowska zielińska szymańska dąbrowska kozłowska jankowska kwiatkowska piotrowska grabowska pawłowska
novák svoboda novotný dvořák černý procházka kučera veselý horák němec pospíšil marek pokorný hájek král jelínek růžička nováková svobodová
novotná dvořáková černá horváth kováč varga tóth nagy kovács szabó kiss molnár németh farkas balogh popescu ionescu popa radu dumitru stan
stoica gheorghe ivanov georgiev dimitrov petrov nikolov hristov ivanova georgieva dimitrova horvat kovačević babić marić jurić novak jovanović
petrović nikolić marković đorđević
andersson johansson karlsson nilsson eriksson larsson olsson persson svensson gustafsson pettersson jonsson jansson hansson bengtsson jönsson
lindberg jakobsson magnusson lindström olofsson lindqvist lindgren berg axelsson bergström lundberg lind lundgren hansen johansen olsen larsen
andersen pedersen nilsen kristiansen jensen karlsen johnsen pettersen eriksen haugen hagen johannessen nielsen christensen rasmussen sørensen
jørgensen petersen madsen kristensen møller korhonen virtanen mäkinen nieminen mäkelä hämäläinen laine heikkinen koskinen järvinen jónsdóttir
yılmaz kaya demir çelik şahin yıldız yıldırım öztürk aydın özdemir arslan doğan kılıç aslan çetin kara koç kurt özkan şimşek
nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý tran le pham hoang vu vo dang bui do ho ngo duong
kumar singh sharma gupta patel shah verma reddy rao nair iyer joshi mehta agarwal das mukherjee banerjee chatterjee ghosh bose chopra kapoor
malhotra khanna mishra pandey tiwari yadav chauhan desai naidu menon pillai srinivasan kaur
wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he lin gao luo zheng liang xie song tang deng han feng cao peng zeng xiao
tanaka suzuki sato takahashi watanabe ito yamamoto nakamura kobayashi kato yoshida yamada sasaki yamaguchi matsumoto inoue kimura hayashi
shimizu saito park choi jung kang cho yoon jang lim seo shin kwon hwang
haddad khoury mansour al-masri el-sayed hassan hussein ibrahim abdullah rahman saleh nasser
okafor adeyemi okonkwo balogun eze mensah owusu boateng asante dlamini nkosi ndlovu zulu mokoena mwangi kamau otieno wanjiku
santoso wijaya hidayat setiawan kusuma saputra
cohen levy mizrahi peretz friedman katz azoulay
"""
CYRILLIC_SURNAMES = """
иванов смирнов кузнецов попов васильев петров соколов михайлов новиков фёдоров морозов волков алексеев лебедев семёнов егоров павлов козлов
степанов николаев орлов андреев макаров никитин захаров зайцев соловьёв борисов яковлев григорьев романов воробьёв сергеев кузьмин фролов
александров дмитриев королёв гусев киселёв ильин максимов поляков сорокин виноградов ковалёв белов медведев антонов тарасов жуков баранов
шевченко бондаренко коваленко ткаченко кравченко олійник шевчук коваль поліщук мельник бойко бондар мороз лисенко петренко савченко руденко
"""
GREEK_SURNAMES = """παπαδόπουλος παπαδοπούλου γεωργίου δημητρίου νικολάου οικονόμου παππάς βασιλείου ιωάννου κωνσταντίνου παπαδάκης αντωνίου μακρής χριστοδούλου
αθανασίου καραγιάννης γιαννόπουλος"""
ARABIC_SURNAMES = """الحربي العتيبي الغامدي الزهراني القحطاني الشهري المطيري الدوسري الشمري العنزي المالكي حداد خوري منصور المصري السيد عبدالله الأحمد الهاشمي النجار سليمان عثمان صالح"""
HEBREW_SURNAMES = "כהן לוי מזרחי פרץ ביטון דהן אברהם פרידמן אזולאי כץ יוסף דוד עמר אוחיון חדד גבאי"
DEVANAGARI_SURNAMES = "शर्मा वर्मा सिंह कुमार गुप्ता पटेल शाह यादव मिश्रा पांडे जोशी मेहता अग्रवाल चौधरी रेड्डी नायर राव दास कपूर चोपड़ा"
JAPANESE_SURNAMES = """佐藤 鈴木 高橋 田中 伊藤 渡辺 山本 中村 小林 加藤 吉田 山田 佐々木 山口 松本 井上 木村 林 斎藤 清水 山崎 森 池田 橋本 阿部 石川 山下 中島 石井 小川 前田 岡田 長谷川 藤田 後藤
近藤 村上 遠藤 青木 坂本 斉藤 福田 太田 西村 藤井 金子 岡本 藤原 三浦 中野 原田 松田 竹内 小野 中山 和田 森田 上野 若松 桐山 津田 浜田 廣川 工藤 笹田 宇野 吉本 大垣 江古田 喜嶋 青田 杉山 三宅 野村"""
CHINESE_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓韩冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常張劉陳楊黃趙吳孫馬許鄧韓馮鄭謝蔣葉蘇呂盧鍾譚陸範賈鄒龍賀顧龔萬錢嚴"
KOREAN_SURNAMES = "김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구민진지엄채원천방공현함변염여추도소석선설마길연위표명기반왕금옥육인맹제모탁국"
"""The first syllable or character of a name; these two languages write the family name first and without a blank."""

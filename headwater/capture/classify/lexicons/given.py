"""Given names that are common where these languages are spoken."""

GIVEN_NAMES = """
james john robert michael william david richard joseph thomas charles christopher daniel matthew anthony mark donald steven paul andrew joshua
kenneth kevin brian george timothy ronald edward jason jeffrey ryan jacob gary nicholas eric jonathan stephen larry justin scott brandon
benjamin samuel gregory alexander patrick frank raymond jack dennis jerry tyler aaron jose adam nathan henry zachary douglas peter kyle noah
ethan jeremy walter christian keith roger terry austin sean gerald carl harold dylan arthur lawrence jordan jesse bryan billy bruce gabriel joe
logan alan juan albert willie elijah wayne randy vincent mason roy ralph bobby russell bradley philip eugene liam oliver lucas leo oscar archie
harry charlie freddie alfie theo isaac max edward toby harvey owen luke stuart graham nigel trevor gareth rhys ian neil craig derek clive simon
mary patricia jennifer linda elizabeth barbara susan jessica sarah karen lisa nancy betty sandra margaret ashley kimberly emily donna michelle
carol amanda melissa deborah stephanie rebecca sharon laura cynthia dorothy amy kathleen angela shirley emma brenda pamela nicole anna samantha
katherine christine helen debra rachel carolyn janet maria catherine heather diane olivia julie joyce victoria ruth virginia lauren kelly
christina joan evelyn judith andrea hannah megan cheryl jacqueline martha madison teresa gloria sara janice ann kathryn abigail sophia frances
jean alice judy isabella julia grace amber denise danielle marilyn beverly charlotte natalie theresa diana brittany doris kayla alexis lori marie
chloe mia ava lily ella freya poppy isla daisy florence hazel gemma joanne tracy lucy zoe holly leah jade paige molly tina wendy sheila valerie
tiffany crystal erin shannon erica monica april tammy vanessa veronica brandi stacy dawn robin regina kristen katie bonnie sylvia josephine
hans peter klaus jürgen wolfgang günter helmut karl heinz manfred dieter uwe andreas stefan thomas michael frank bernd ralf jörg matthias sven
jan lukas felix jonas finn leon paul elias maximilian moritz niklas tobias florian sebastian dominik philipp fabian johannes georg rainer norbert
horst gerhard werner rolf holger axel torsten dirk volker ingo ursula helga renate karin monika ingrid gisela petra sabine susanne birgit
gabriele andrea claudia martina heike anja katrin silke stefanie nadine anke ulrike kerstin lena lea hannah leonie marie sophie johanna clara
franziska greta frieda mathilda elke jutta brigitte christa waltraud gerda hildegard gertrud erika
jean pierre michel andré philippe alain bernard jacques daniel patrick gérard rené claude christian françois laurent frédéric stéphane nicolas
julien thierry olivier pascal éric sébastien guillaume mathieu antoine hugo louis gabriel raphaël arthur jules adam lucas léo nathan théo
baptiste clément maxime romain vincent benoît xavier yves gilles didier hervé marc luc rémi quentin étienne émile marcel roger henri
marie monique françoise catherine nathalie isabelle sylvie martine anne christine valérie sandrine véronique nicole sophie céline chantal
patricia brigitte julie aurélie émilie camille léa manon chloé inès jade louise alice lina margot mathilde pauline élodie audrey delphine
virginie hélène denise odette simone jeanne suzanne thérèse gilbert geneviève lucie élise océane anaïs laetitia
antonio manuel josé francisco david juan javier daniel carlos jesús alejandro miguel rafael pedro pablo ángel sergio fernando luis jorge alberto
álvaro diego adrián raúl enrique ramón vicente iván rubén óscar andrés joaquín santiago eduardo roberto mateo emiliano leonardo sebastián
nicolás tomás martín felipe gonzalo ignacio hugo mario marcos víctor césar héctor gustavo ricardo arturo armando rodrigo esteban emilio
maría carmen ana isabel laura cristina josefa dolores lucía marta francisca pilar elena sara paula raquel rosa mercedes manuela concepción
antonia beatriz juana teresa patricia silvia montserrat nuria rocío alba irene sofía valentina camila ximena guadalupe fernanda daniela
gabriela alejandra verónica mónica claudia adriana lorena yolanda inés julia natalia carolina jimena renata regina esperanza consuelo
joão paulo carlos lucas luiz marcos rafael gabriel felipe bruno eduardo gustavo thiago rodrigo leandro vinícius caio murilo henrique matheus
guilherme fernanda juliana mariana aline bruna letícia larissa camila beatriz amanda vanessa priscila luciana tatiane rui tiago nuno duarte
gonçalo afonso inês catarina joana margarida vitória isadora heloísa lívia lorena otávio davi enzo benício luana rebeca raíssa
giuseppe giovanni antonio mario luigi francesco angelo vincenzo pietro salvatore carlo franco domenico bruno paolo michele giorgio aldo sergio
luciano marco andrea alessandro stefano matteo lorenzo davide simone federico riccardo gabriele leonardo tommaso edoardo filippo fabio roberto
maria anna giuseppina rosa angela giovanna teresa lucia carmela caterina francesca paola chiara giulia sara martina valentina elisa alessia
federica silvia elena aurora ginevra beatrice alice gaia ilaria serena roberta simona daniela barbara cinzia patrizia rita
jan piet kees willem johannes hendrik cornelis gerrit daan sem bram lars thijs jesse ruben sander jeroen bas pieter maarten joost koen
anneke marieke sanne femke lotte fleur roos eva saskia wilma joke truus ingrid yvonne mieke hanneke bart dirk wouter stijn tom jef lieve
jan andrzej piotr krzysztof stanisław tomasz paweł józef marcin marek michał grzegorz jerzy tadeusz adam łukasz zbigniew ryszard dariusz
henryk mariusz kazimierz wojciech robert mateusz marian rafał jacek jakub kamil dawid szymon filip kacper bartosz anna maria katarzyna
małgorzata agnieszka krystyna barbara ewa elżbieta zofia janina teresa joanna magdalena monika jadwiga danuta irena halina helena beata
aleksandra marta dorota marianna grażyna jolanta stanisława iwona karolina bożena urszula justyna renata alicja paulina sylwia natalia
jiří jan petr josef pavel martin tomáš jaroslav miroslav zdeněk václav michal františek jakub milan karel lukáš david jana marie eva hana
anna lenka kateřina věra lucie alena petra veronika jaroslava tereza martina michaela ján štefan zuzana katarína istván lászló józsef zoltán
sándor ferenc gábor attila péter tamás zsolt katalin erzsébet ilona zsuzsanna ágnes judit éva andrea ion gheorghe vasile constantin nicolae
mihai alexandru ștefan andrei florin bogdan elena ioana mihaela cristina daniela ivan georgi dimitar nikola petar hristo stefan todor
ivana marko luka ante josip ana marija jelena milica nikola dragan zoran goran vesna snežana
lars anders johan erik karl per nils jan mikael fredrik magnus mats oskar gustav emil axel viktor anna eva maria karin kristina lena kerstin
ingrid marie malin linnea elsa astrid maja ebba saga ole bjørn kjell arne knut svein terje morten øyvind stian håkon sigrid ingeborg solveig
marit randi silje hilde anne jens niels søren henrik mette hanne kirsten lone pia matti juhani timo kari mikko antti jari pekka tuomas
juha heikki ville eero liisa anneli päivi tuula helena johanna aino anja satu jón sigurður guðmundur guðrún sigríður
mehmet mustafa ahmet ali hüseyin hasan ibrahim ismail osman yusuf murat ömer emre burak can deniz fatma ayşe emine hatice zeynep elif meryem
şerife sultan hanife merve büşra esra kübra selin ebru
nguyen anh minh huy hung tuan dung linh huong lan hoa mai thao trang phuong hai nam duc long quang thu ngoc
mohammed muhammad ahmed ali omar hassan hussein ibrahim khalid abdullah youssef mahmoud mustafa karim tariq samir fatima aisha mariam zainab
layla noor salma hana yasmin amina khadija rania
raj rahul amit vijay sanjay anil sunil rajesh suresh ramesh arjun rohan aditya vikram krishna deepak manoj ashok priya pooja anjali neha kavita
sunita anita lakshmi divya shreya ananya meera sita geeta rekha aarav vivaan ishaan kabir diya saanvi aadhya
wei fang na min jing li qiang lei jun yang yong juan jie xia ming ping gang hui yan xin yu hao chen xiaoming
haruto yuto sota hiroshi takashi kenji akira satoshi yuki sakura hina yui aoi mei yoko keiko akiko naoko kazuko taro hanako
minjun seojun jiwoo seoyeon jimin hyun young soo jin min ho jae sung
budi agus siti dewi sri eko joko rina wati putri andi rizky nur somchai somsak malee
chinedu emeka ngozi chioma oluwaseun adebayo folake kwame kofi ama akosua thabo sipho nomsa thandi lerato wanjiru kamau otieno achieng
"""
CYRILLIC_GIVEN = """
александр сергей владимир дмитрий алексей андрей николай иван михаил евгений виктор юрий максим павел игорь олег роман антон константин денис
артём илья кирилл никита егор василий анатолий борис станислав вячеслав григорий степан фёдор тимофей лев матвей пётр георгий
елена ольга татьяна наталья ирина светлана анна мария екатерина людмила галина юлия анастасия надежда марина валентина любовь виктория вера
дарья ксения полина алина евгения софия алиса варвара лариса нина зоя тамара раиса жанна олександр сергій володимир андрій дмитро олена
оксана наталія тетяна ірина юлія марія катерина богдан тарас остап георги димитър иванка мария петър стоян никола јован милан марко ана
"""
GREEK_GIVEN = """γιώργος γεώργιος γιάννης ιωάννης κώστας κωνσταντίνος δημήτρης δημήτριος νίκος νικόλαος παναγιώτης βασίλης βασίλειος χρήστος αθανάσιος
μιχάλης μιχαήλ ευάγγελος σπύρος αντώνης σταύρος μαρία ελένη αικατερίνη κατερίνα βασιλική γεωργία σοφία αναστασία ευαγγελία ιωάννα δήμητρα άννα
ειρήνη χριστίνα παρασκευή αγγελική"""
ARABIC_GIVEN = """محمد أحمد احمد علي حسن حسين عمر خالد عبدالله عبد ابراهيم إبراهيم يوسف محمود مصطفى سعيد كريم طارق سمير ماجد فيصل سلطان ناصر فهد سعد
فاطمة عائشة مريم زينب خديجة ليلى نور سارة هدى منى أمل سلمى ياسمين رانيا هند امينة نورة ريم"""
HEBREW_GIVEN = """דוד משה יוסף אברהם יעקב יצחק משה שלמה דניאל אורי איתי נועם עומר יונתן אריאל שרה רבקה רחל לאה מרים חנה אסתר רות תמר נועה מיכל יעל שירה מאיה עדי"""
DEVANAGARI_GIVEN = """राज राहुल अमित विजय संजय अनिल सुनील राजेश सुरेश रमेश अर्जुन रोहन आदित्य विक्रम कृष्ण दीपक मनोज अशोक प्रिया पूजा अंजलि नेहा कविता सुनीता अनीता
लक्ष्मी दिव्या श्रेया मीरा सीता गीता रेखा मोहन सोहन"""
THAI_GIVEN = """สมชาย สมศักดิ์ สมหญิง สุรชัย วิชัย ประเสริฐ มานะ มานี มาลี สุดา วันเพ็ญ นภา ศิริพร อรุณ กิตติ ธนา พิมพ์ อนงค์ ชาติชาย ณัฐ"""
JAPANESE_GIVEN = """太郎 花子 翔太 健太 大輔 直樹 裕子 陽子 恵子 由美子 美咲 さくら 結衣 陽菜 蓮 大翔 悠真 健一 浩 誠 和子 幸子 明美 真理子 智子 拓也 翔 舞 愛 優太 陽介 学 修平 康弘
千代 あすか 加奈 七夏 春香 知実 里佳 くみ子 裕樹 涼平 淳 桃子 零 稔 晃 充 篤司 聡太郎 亮介 治 香織 真綾 幹 京助 直人"""

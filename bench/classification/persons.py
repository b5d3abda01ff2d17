"""People of many places for the benchmark; lists of its own, part of which the classifier's lists do not hold."""

PEOPLE = {
    "en": (
        "Aiden Beatrice Callum Deirdre Emily Frank Georgia Harold Imogen James Kate Liam Megan Nathan Olivia Peter Quentin Rachel Simon Tamsin Ursula Victor William Zara",
        "Abbott Blackwood Carter Dawson Ellis Foster Graham Hewitt Ingram Jones Keating Lowe Mitchell Norris Osborne Parker Quinn Reeves Smith Turner Vance Walker Yates",
    ),
    "de": (
        "Anneliese Bernd Christoph Dieter Elke Florian Gerda Hannelore Ingo Jens Katharina Lothar Michael Norbert Petra Reinhold Sabine Thomas Ulrich Wiebke",
        "Ackermann Bauer Cordes Dietz Engelhardt Fischer Gerlach Hoffmann Jansen Keller Lindemann Müller Neubauer Oster Pohl Richter Schäfer Thiel Vogel Weber",
    ),
    "fr": (
        "Aurélie Benoît Camille Damien Élodie Fabrice Gaëlle Hugo Isabelle Julien Karine Laurent Marion Nicolas Ophélie Pascal Quentin Romain Sylvie Thierry",
        "Arnaud Besson Carpentier Dubois Étienne Fournier Girard Hubert Jacquet Lambert Moreau Noël Perrin Renaud Simon Tessier Vasseur Martin Leroy Petit",
    ),
    "es": (
        "Alejandra Beatriz Carlos Diego Elena Fernando Gloria Hugo Inés Javier Lucía Manuel Noelia Óscar Pilar Ramón Sofía Tomás Vicente Yolanda",
        "Aguirre Blanco Castro Delgado Espinosa Fuentes García Herrera Iglesias Jiménez López Moreno Navarro Ortega Prieto Ramírez Santos Torres Vargas Zamora",
    ),
    "it": (
        "Alessia Bruno Chiara Dario Elisa Fabio Giulia Ivan Lorenzo Marta Nicola Ornella Paolo Roberta Stefano Tiziana Umberto Valeria",
        "Amato Bellini Conti DeLuca Esposito Ferri Galli Lombardi Marino Neri Orlando Pellegrini Ricci Russo Serra Testa Villa Bianchi",
    ),
    "pt": (
        "Ana Bruno Caio Débora Eduardo Fernanda Gustavo Helena Igor Joana Larissa Marcelo Natália Otávio Paula Rafael Sara Tiago Vitória",
        "Almeida Barbosa Cardoso Duarte Esteves Ferreira Gomes Henriques Lopes Machado Nunes Oliveira Pereira Queirós Ribeiro Silva Teixeira Vieira",
    ),
    "nl": (
        "Anouk Bram Casper Daphne Esther Floor Gijs Hanneke Iris Jeroen Koen Lieke Maarten Noortje Pieter Roos Sanne Thijs Wouter",
        "Bakker Claassen Dekker Evers Faber Groen Hendriks Jansen Kuipers Lammers Mulder Peeters Postma Smit Visser Willems Zwart",
    ),
    "pl": (
        "Agnieszka Bartosz Celina Dawid Ewa Filip Grażyna Hubert Iwona Jakub Kamila Łukasz Magdalena Natalia Piotr Renata Szymon Tomasz Zofia",
        "Adamczyk Borkowski Czarnecki Dudek Głowacki Jabłoński Kowalczyk Lis Mazur Nowak Ostrowski Pawlak Rutkowski Sikora Tomczak Wójcik Zając",
    ),
    "sv": (
        "Agneta Björn Cecilia David Elin Fredrik Gunilla Hampus Inger Johan Karin Linus Malin Niklas Oskar Pernilla Sofia Tobias Viktor",
        "Andersson Berglund Dahl Eriksson Forsberg Gustafsson Hedlund Isaksson Johansson Karlsson Lindqvist Nyström Olsson Sandberg Wallin",
    ),
    "cs": (
        "Adéla Bohumil Dana Eva František Hana Ivana Jakub Kateřina Lukáš Markéta Ondřej Pavel Radka Šárka Tomáš Věra Zdeněk",
        "Beneš Čermák Dvořák Fiala Hájek Jelínek Kolář Němec Novák Pokorný Říha Svoboda Urban Veselý Zeman",
    ),
    "tr": (
        "Ahmet Ayşe Burak Cem Deniz Elif Fatma Gökhan Hakan İrem Kemal Leyla Mehmet Nur Osman Selin Tolga Zeynep",
        "Aksoy Bulut Çelik Demir Erdoğan Güneş Kaya Koç Özkan Polat Şahin Taş Uçar Yılmaz",
    ),
    "ru": (
        "Алексей Борис Вера Галина Дмитрий Елена Иван Кирилл Лариса Михаил Наталья Олег Павел Светлана Татьяна Юрий",
        "Андреев Беляев Волков Громов Егоров Зайцев Иванов Комаров Лебедев Морозов Никитин Орлов Петров Сидоров Фёдоров",
    ),
    "el": (
        "Αγγελική Βασίλης Γιώργος Δημήτρης Ελένη Κώστας Μαρία Νίκος Παναγιώτης Σοφία Χρήστος",
        "Αλεξίου Γεωργίου Δημητρίου Ιωάννου Κωνσταντίνου Νικολάου Παπαδόπουλος",
    ),
    "ar": ("أحمد خالد سارة عمر فاطمة ليلى محمد مريم نور يوسف حسن علي", "الحربي الشمري العتيبي الغامدي المصري النجار حداد خوري منصور"),
    "hi": ("अमित अनिल कविता दीपक नेहा पूजा प्रिया राजेश विजय सुनीता रोहित", "शर्मा वर्मा सिंह गुप्ता पटेल यादव मिश्रा जोशी"),
    "in": (
        "Aarti Bhavesh Chitra Deepak Esha Farhan Gaurav Harish Isha Jyoti Kiran Lakshmi Manish Nisha Pooja Rajesh Sunita Vikram",
        "Agarwal Bhatt Chauhan Desai Ghosh Iyer Joshi Kapoor Mehta Nair Patel Rao Sharma Singh Verma",
    ),
}
TOGETHER = {
    "ja": (
        "佐藤 鈴木 高橋 田中 伊藤 渡辺 山本 中村 小林 加藤 吉田 山田 斎藤 松本 井上 木村 林 清水 森 池田",
        "健太 美咲 翔 陽子 大輔 直樹 愛 さくら 誠 裕子 拓海 葵",
    ),
    "zh": (
        "王 李 张 刘 陈 杨 赵 黄 周 吴 徐 孙 胡 朱 高 林 何 郭 马 罗",
        "伟 芳 娜 敏 静 秀英 丽 强 磊 军 洋 勇 艳 杰 建国 志强 文博 雨欣",
    ),
    "ko": ("김 이 박 최 정 강 조 윤 장 임 한 오 서 신 권", "민준 서연 지훈 수빈 예은 도윤 하은 지우 현우 유진 성호 미경"),
}
CITIES = {
    "en": "Manchester|Bristol|Leeds|Portland|Denver|Austin|Seattle|Boston|Cardiff|Norwich|Exeter|Tampa|Omaha|Boise|Truro|Yuma|Flagstaff|Dundee|Perth|Hobart|Swindon|Kettering",
    "de": "Berlin|Hamburg|Köln|Leipzig|Dresden|Bremen|Kassel|Jena|Ulm|Mainz|Bonn|Fulda|Passau|Husum|Celle|Siegen|Essen|Münster",
    "fr": "Paris|Lyon|Marseille|Nantes|Lille|Rennes|Dijon|Brest|Tours|Metz|Pau|Cannes|Vannes|Angers|Nancy|Caen",
    "es": "Madrid|Sevilla|Valencia|Bilbao|Murcia|Zaragoza|Oviedo|Burgos|Toledo|Cádiz|Gijón|Lugo|Soria|Bogotá|Lima|Quito",
    "it": "Roma|Milano|Torino|Napoli|Bari|Parma|Pisa|Siena|Trento|Lecce|Udine|Como|Genova|Verona",
    "pl": "Warszawa|Kraków|Gdańsk|Poznań|Łódź|Lublin|Opole|Kielce|Radom|Toruń|Sopot|Wrocław",
    "ja": "東京|大阪|京都|名古屋|札幌|福岡|神戸|広島|仙台|奈良|金沢|横浜",
    "ru": "Москва|Казань|Самара|Омск|Пермь|Уфа|Тула|Воронеж|Краснодар|Челябинск|Саратов",
}


def names(locale: str) -> tuple[list[str], list[str]]:
    given, family = PEOPLE[locale]
    return given.split(), family.split()

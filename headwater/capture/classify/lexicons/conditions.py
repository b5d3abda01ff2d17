"""Diagnoses, medicines, procedures and laboratory tests as they are called in everyday records."""

DIAGNOSES = """
hypertension|essential hypertension|type 2 diabetes|type 2 diabetes mellitus|type 1 diabetes|diabetes|diabetes mellitus|gestational diabetes|asthma|copd
chronic obstructive pulmonary disease|pneumonia|bronchitis|acute bronchitis|influenza|covid-19|tuberculosis|hepatitis a|hepatitis b|hepatitis c|cirrhosis
hiv|hiv infection|aids|depression|major depression|major depressive disorder|anxiety|anxiety disorder|generalized anxiety disorder|bipolar disorder
schizophrenia|ptsd|post-traumatic stress disorder|adhd|autism|autism spectrum disorder|dementia|alzheimer's disease|alzheimer disease|alzheimers|parkinson's disease
parkinson disease|epilepsy|migraine|multiple sclerosis|stroke|ischemic stroke|heart failure|congestive heart failure|coronary artery disease|atrial fibrillation
myocardial infarction|acute myocardial infarction|angina|angina pectoris|hyperlipidemia|hypercholesterolemia|obesity|anemia|iron deficiency anemia
sickle cell disease|sickle cell anemia|leukemia|lymphoma|breast cancer|lung cancer|prostate cancer|colon cancer|colorectal cancer|melanoma|skin cancer
pancreatic cancer|ovarian cancer|thyroid cancer|chronic kidney disease|kidney failure|renal failure|kidney stones|urinary tract infection|gout|osteoarthritis
rheumatoid arthritis|osteoporosis|lupus|systemic lupus erythematosus|psoriasis|eczema|atopic dermatitis|celiac disease|crohn's disease|crohn disease
ulcerative colitis|irritable bowel syndrome|gerd|gastroesophageal reflux disease|gastritis|peptic ulcer|appendicitis|acute appendicitis|hypothyroidism
hyperthyroidism|endometriosis|polycystic ovary syndrome|preeclampsia|glaucoma|cataract|macular degeneration|otitis media|sinusitis|acute sinusitis|pharyngitis
tonsillitis|sepsis|cellulitis|fracture|hip fracture|concussion|low back pain|back pain|sciatica|fibromyalgia|chronic fatigue syndrome|sleep apnea|insomnia
anorexia nervosa|bulimia nervosa|alcohol dependence|opioid use disorder|substance abuse|syphilis|gonorrhea|chlamydia|malaria|dengue|measles|mumps|cystic fibrosis
down syndrome|hemophilia|deep vein thrombosis|pulmonary embolism|aortic stenosis|dermatitis|acne|rosacea|shingles|herpes zoster|lyme disease|allergic rhinitis
food allergy|peanut allergy|cervical cancer|bladder cancer|ocd|obsessive-compulsive disorder|gastroenteritis|viral gastroenteritis|diverticulitis|pancreatitis
cholecystitis|hernia|inguinal hernia|carpal tunnel syndrome|tinnitus|vertigo|bluthochdruck|diabetes typ 2|grippe|lungenentzündung|schlaganfall|herzinsuffizienz
depressive episode|angststörung|brustkrebs|rückenschmerzen|arterielle hypertonie|vorhofflimmern|migräne|hypertension artérielle|diabète|diabète de type 2|asthme
dépression|cancer du sein|insuffisance cardiaque|bronchite|hipertensión|hipertensión arterial|asma|depresión|cáncer de mama|diabetes tipo 2|insuficiencia cardíaca
neumonía|ansiedad|ipertensione|diabete|diabete di tipo 2|depressione|polmonite|hipertensão|nadciśnienie|cukrzyca|astma|depresja|高血压|糖尿病|高血圧|喘息|うつ病|肺炎|哮喘|гипертония|сахарный диабет
"""
MEDICATIONS = """
metformin|lisinopril|atorvastatin|levothyroxine|amlodipine|metoprolol|omeprazole|losartan|simvastatin|gabapentin|hydrochlorothiazide|sertraline|albuterol
salbutamol|furosemide|fluoxetine|citalopram|escitalopram|trazodone|bupropion|duloxetine|venlafaxine|amoxicillin|azithromycin|ciprofloxacin|doxycycline
prednisone|prednisolone|ibuprofen|naproxen|acetaminophen|paracetamol|aspirin|tramadol|oxycodone|hydrocodone|morphine|fentanyl|warfarin|clopidogrel|apixaban
rivaroxaban|insulin|insulin glargine|insulin lispro|insulin aspart|pantoprazole|esomeprazole|ranitidine|montelukast|fluticasone|budesonide|tiotropium
carvedilol|atenolol|propranolol|bisoprolol|ramipril|enalapril|valsartan|spironolactone|rosuvastatin|pravastatin|glipizide|sitagliptin|empagliflozin
semaglutide|liraglutide|dulaglutide|tamsulosin|finasteride|sildenafil|tadalafil|clonazepam|alprazolam|lorazepam|diazepam|zolpidem|quetiapine|olanzapine
risperidone|aripiprazole|haloperidol|lithium|lamotrigine|valproate|carbamazepine|levetiracetam|topiramate|pregabalin|methylphenidate|amphetamine
allopurinol|colchicine|methotrexate|hydroxychloroquine|adalimumab|etanercept|infliximab|rituximab|tamoxifen|letrozole|anastrozole|imatinib|tenofovir
emtricitabine|efavirenz|dolutegravir|zidovudine|acyclovir|valacyclovir|fluconazole|cetirizine|loratadine|diphenhydramine|meloxicam|cyclobenzaprine
baclofen|donepezil|memantine|levodopa|ropinirole|sumatriptan|ondansetron|digoxin|amiodarone|cephalexin|penicillin|clindamycin|nitrofurantoin|naloxone
buprenorphine|methadone|alendronate|estradiol|progesterone|testosterone|ozempic|lipitor|zoloft|prozac|xanax|humira|eliquis|januvia|ventolin|advair|nexium
"""
PROCEDURES = """
appendectomy|cholecystectomy|colonoscopy|endoscopy|biopsy|mri|mri scan|ct scan|x-ray|chest x-ray|ultrasound|echocardiogram|electrocardiogram|ecg|mammogram
hysterectomy|cesarean section|caesarean section|knee replacement|hip replacement|total hip replacement|total knee replacement|coronary artery bypass
angioplasty|dialysis|hemodialysis|chemotherapy|radiotherapy|radiation therapy|physiotherapy|physical therapy|blood transfusion|vaccination|tonsillectomy
cataract surgery|hernia repair|mastectomy|prostatectomy|vasectomy|pacemaker implantation|lumbar puncture|bone marrow biopsy|skin graft|organ transplant
kidney transplant|liver transplant|tracheostomy|intubation|cardiac catheterization|bronchoscopy|laparoscopy|arthroscopy|spinal fusion|psychotherapy
"""
TESTS = """
hba1c|hemoglobin a1c|hemoglobin|glucose|fasting glucose|cholesterol|total cholesterol|ldl cholesterol|hdl cholesterol|triglycerides|creatinine|egfr|bun
sodium|potassium|tsh|free t4|alt|ast|bilirubin|albumin|white blood cell count|platelet count|hematocrit|crp|c-reactive protein|esr|psa|vitamin d|ferritin
troponin|inr|hiv test|hiv antibody|urinalysis|blood glucose|blood pressure
"""

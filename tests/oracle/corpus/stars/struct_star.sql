select row_data.* from (select {'k': id, 'v': name || city} as row_data from people)

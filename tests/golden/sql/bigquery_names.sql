-- dialect: bigquery, default: proj.Site
WITH Tab AS (SELECT Sessions.User_Id, hit FROM `other-proj.Raw.Sessions`, UNNEST(sessions.Hits) AS hit) SELECT tab.USER_ID, Users.Name FROM Tab JOIN Users ON Users.id = TAB.user_id

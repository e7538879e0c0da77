package dev.callbridge.store;

import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/// Which room joins whom: ghosts and users, the bot and users.
@Component
public final class PortalRepository {

    /// @param ghost its user id
    /// @param user the user it talks with
    public record Portal(String roomId, String ghost, String user) {}

    private final JdbcClient jdbc;

    public PortalRepository(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// The newest room of the two.
    public Optional<String> room(String ghost, String user) {
        return jdbc.sql("select room_id from portal where user_id = ? and ghost = ? order by id desc limit 1")
                .param(user)
                .param(ghost)
                .query(String.class)
                .optional();
    }

    public Optional<Portal> portal(String roomId) {
        return jdbc.sql("select room_id, ghost, user_id as \"user\" from portal where room_id = ?")
                .param(roomId)
                .query(Portal.class)
                .optional();
    }

    public void add(Portal portal) {
        jdbc.sql("insert into portal (room_id, ghost, user_id) values (?, ?, ?) on conflict (room_id) do nothing")
                .param(portal.roomId())
                .param(portal.ghost())
                .param(portal.user())
                .update();
    }

    public Optional<String> lineRoom(String user) {
        return jdbc.sql("select room_id from line_room where user_id = ?")
                .param(user)
                .query(String.class)
                .optional();
    }

    /// Whether `roomId` is anybody's room with the bot.
    public boolean isLineRoom(String roomId) {
        return jdbc.sql("select exists (select 1 from line_room where room_id = ?)")
                .param(roomId)
                .query(Boolean.class)
                .single();
    }

    /// The newest room with the bot is the user's line.
    public void lineRoom(String user, String roomId) {
        jdbc.sql("""
                        insert into line_room (user_id, room_id) values (?, ?)
                        on conflict (user_id) do update set room_id = excluded.room_id
                        """).param(user).param(roomId).update();
    }
}

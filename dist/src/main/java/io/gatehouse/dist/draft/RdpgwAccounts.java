package io.gatehouse.dist.draft;

import io.gatehouse.api.Secret;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The users of rdpgw-auth's own file, whose passwords stand there in clear. */
public final class RdpgwAccounts {
    /** A hash takes time for each. */
    private static final int MOST_USERS = 1000;

    private RdpgwAccounts() {}

    /** One of them. */
    public record User(String name, Secret password) {}

    /** Reads {@code Users} of the file. */
    public static List<User> read(String yaml) throws ForeignFileException {
        Object list = YamlFile.read(yaml).get("Users");
        if (!(list instanceof List<?> entries)) {
            throw new ForeignFileException("has no list Users");
        }
        if (entries.size() > MOST_USERS) {
            throw new ForeignFileException(entries.size() + " Users (expected at most " + MOST_USERS + ")");
        }
        List<User> users = new ArrayList<>();
        for (Object entry : entries) {
            if (!(entry instanceof Map<?, ?> map)) {
                throw new ForeignFileException("has a user that is no mapping (expected Username and Password)");
            }
            RdpgwSection section = new RdpgwSection("Users", YamlFile.named(map));
            String name = section.text("Username");
            String password = section.textAsItIs("Password");
            if (name.isEmpty() || password.isEmpty()) {
                throw new ForeignFileException("has a user without Username or Password: number " + (users.size() + 1));
            }
            users.add(new User(name, Secret.ofText(password)));
        }
        return users;
    }
}

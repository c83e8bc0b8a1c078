package io.gatehouse.testkit.directory;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The accounts and groups of {@link SambaDomain} as JSON for {@code samba-content.py}. */
final class SambaContent {
    private SambaContent() {}

    static String json() {
        String users = String.join(
                ",",
                user(
                        SambaDomain.ALICE,
                        "\"mail\": \"alice@ad.test\", \"givenName\": \"Alice\", \"surname\": \"Liddell\""),
                user(SambaDomain.BOB),
                user(SambaDomain.UMLAUT),
                user(SambaDomain.DISABLED, "\"disabled\": true"),
                user(SambaDomain.MUST_CHANGE, "\"mustChange\": true"),
                user(SambaDomain.EXPIRED, "\"expired\": true"),
                user(SambaDomain.LOCKABLE),
                user(SambaDomain.SERVICE, "\"servicePrincipalNames\": " + strings(SambaDomain.SERVICE_PRINCIPALS)));
        return """
                {"users": [%s],
                 "groups": [{"name": "RDP Users", "members": ["alice"]},
                            {"name": "Team", "members": ["bob"]},
                            {"name": "RDP Admins", "members": ["Team"]}],
                 "crowd": %s,
                 "computers": [%s, %s],
                 "keytabs": {"service.keytab": %s, "machine.keytab": ["%s"], "machine2.keytab": ["%s"]}}
                """.formatted(
                        users,
                        user(SambaDomain.CROWD, "\"groups\": " + SambaDomain.CROWD_GROUPS),
                        computer(SambaDomain.MACHINE),
                        computer(SambaDomain.MACHINE_2),
                        strings(SambaDomain.SERVICE_PRINCIPALS),
                        SambaDomain.MACHINE.name(),
                        SambaDomain.MACHINE_2.name());
    }

    private static String user(TestAccount account, String... more) {
        String start = "{\"name\": \"%s\", \"password\": \"%s\"".formatted(account.name(), account.password());
        return Stream.concat(Stream.of(start), Stream.of(more)).collect(Collectors.joining(", ", "", "}"));
    }

    private static String computer(TestAccount machine) {
        String name = machine.name().substring(0, machine.name().length() - 1);
        return "{\"name\": \"%s\", \"password\": \"%s\"}".formatted(name, machine.password());
    }

    private static String strings(List<String> values) {
        return values.stream().collect(Collectors.joining("\", \"", "[\"", "\"]"));
    }
}

package io.gatehouse.jetty.admin;

import static io.gatehouse.core.admin.AdminRole.ADMIN;
import static io.gatehouse.core.admin.AdminRole.OPERATOR;
import static io.gatehouse.core.admin.AdminRole.VIEWER;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.client.Channel;
import io.gatehouse.client.Credentials;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.core.account.UserBlocks;
import io.gatehouse.core.admin.AdminRole;
import io.gatehouse.jetty.Await;
import io.gatehouse.jetty.TestGateway;
import io.gatehouse.jetty.admin.AdminClient.Answer;
import io.gatehouse.jetty.diagnosis.DebugWatches;
import io.gatehouse.jetty.portal.AccessBrowser;
import io.gatehouse.jetty.portal.ApprovingBrowser;
import io.gatehouse.jetty.portal.Browser;
import io.gatehouse.testkit.target.EchoTarget;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** docs/admin-api.yaml says what the gateway does, and the gateway does what it says: in both directions. */
@Timeout(60)
class AdminApiDescriptionTest {
    private static final Path DESCRIPTION = Path.of("../docs/admin-api.yaml");
    private static final String NOBODY = "00000000-0000-0000-0000-000000000000";

    @TempDir
    private Path folder;

    /** All that is seen, by operation: the statuses, and for each schema the names of its fields. */
    private final Map<String, Set<Integer>> seen = new TreeMap<>();

    private final Map<String, Set<String>> fields = new TreeMap<>();

    private static JsonNode description() throws Exception {
        Object tree = new Load(LoadSettings.builder().build()).loadFromString(Files.readString(DESCRIPTION));
        return JsonMapper.shared().valueToTree(tree);
    }

    /** The operations as text that says all about their requests. */
    private static Set<String> described(JsonNode description) {
        Set<String> all = new TreeSet<>();
        description
                .get("paths")
                .propertyStream()
                .forEach(path -> path.getValue().propertyStream().forEach(method -> {
                    JsonNode operation = method.getValue();
                    JsonNode body = operation.at("/requestBody/content/application~1json/schema");
                    Set<String> required = texts(body.path("required"));
                    all.add(String.join(
                            " ",
                            operation.get("operationId").asString(),
                            method.getKey().toUpperCase(java.util.Locale.ROOT),
                            path.getKey(),
                            operation.get("x-role").asString(),
                            operation
                                    .path("parameters")
                                    .valueStream()
                                    .map(parameter ->
                                            parameter.get("$ref").asString().replaceAll(".*/", ""))
                                    .filter(name -> !name.equals("id"))
                                    .collect(Collectors.toCollection(TreeSet::new))
                                    .toString(),
                            body.path("properties")
                                    .propertyStream()
                                    .map(field -> field.getKey() + ":"
                                            + field.getValue().get("type").asString()
                                            + (required.contains(field.getKey()) ? "!" : ""))
                                    .collect(Collectors.toCollection(TreeSet::new))
                                    .toString(),
                            statuses(operation).toString()));
                }));
        return all;
    }

    private static Set<String> texts(JsonNode array) {
        return array.valueStream().map(JsonNode::asString).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<Integer> statuses(JsonNode operation) {
        return operation
                .get("responses")
                .propertyStream()
                .map(response -> Integer.valueOf(response.getKey()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String text(Operation operation) {
        return String.join(
                " ",
                operation.id(),
                operation.method(),
                operation.path(),
                operation.role().label(),
                new TreeSet<>(operation.parameters()).toString(),
                operation.fields().stream()
                        .map(field ->
                                field.name() + (field.flag() ? ":boolean" : ":string") + (field.required() ? "!" : ""))
                        .collect(Collectors.toCollection(TreeSet::new))
                        .toString(),
                operation.statuses().toString());
    }

    /** The operations need no services to say what they are. */
    @SuppressWarnings("NullAway")
    private static List<Operation> operations() {
        AdminServices none = new AdminServices(
                null,
                null,
                null,
                null,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
        return AdminHandler.operations(none);
    }

    @Test
    void pathsRolesParametersFieldsAndStatusesAreThoseOfTheHandlers() throws Exception {
        assertThat(described(description()))
                .isEqualTo(operations().stream()
                        .map(AdminApiDescriptionTest::text)
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    @Test
    void everyStatusOfEveryOperationIsSeen() throws Exception {
        JsonNode description = description();
        try (AdminClient admin = AdminClient.start(folder, PORTAL + APPROVED + TestGateway.RULE);
                EchoTarget target = new EchoTarget();
                ExecutorService approval = Executors.newVirtualThreadPerTaskExecutor();
                GatewayClient dora = new GatewayClient(admin.gateway()
                        .options(Transport.WEBSOCKET)
                        .credentials(Credentials.ntlm("bob", TestGateway.PASSWORD))
                        .capabilities(0)
                        .build());
                GatewayClient one = admin.gateway().client(Transport.WEBSOCKET);
                GatewayClient two = admin.gateway().client(Transport.WEBSOCKET)) {
            Future<Channel> waiting = approval.submit(() -> dora.open("laptop", List.of(target.host()), target.port()));
            ApprovingBrowser.signedIn(admin.gateway(), "bob").approveWithoutNumber();
            waiting.get();
            for (GatewayClient client : List.of(one, two)) {
                client.open("laptop", List.of(target.host()), target.port());
            }
            Await.until(
                    "three sessions",
                    () -> admin.get(VIEWER, "/v1/sessions")
                                    .json()
                                    .get("matched")
                                    .asInt()
                            == 3);
            JsonNode sessions =
                    admin.get(VIEWER, "/v1/sessions?sort=user").json().get("sessions");
            String ofAlice = sessions.get(0).get("id").asString();
            String ofBob = sessions.get(2).get("id").asString();
            for (Operation operation : operations()) {
                refusalsThatAllHave(admin, operation, ofAlice);
            }
            see(admin, "drain", ADMIN, "", "{\"deadline\":\"1h\"}", 200);
            see(admin, "show-status", VIEWER, "", "", 200);
            see(admin, "undrain", ADMIN, "", "", 200);
            see(admin, "reload", ADMIN, "", "", 200);
            debugging(admin);
            see(admin, "list-sessions", VIEWER, "limit=1", "", 200);
            see(admin, "show-session", VIEWER, ofAlice, "", 200);
            see(admin, "show-session", VIEWER, ofBob, "", 200);
            see(admin, "show-session", VIEWER, NOBODY, "", 404);
            see(admin, "message-session", OPERATOR, ofAlice, "{\"text\":\"hello\"}", 200);
            see(admin, "message-session", OPERATOR, ofBob, "{\"text\":\"hello\"}", 409);
            see(admin, "message-session", OPERATOR, NOBODY, "{\"text\":\"hello\"}", 404);
            see(admin, "message-sessions", OPERATOR, "", "{\"text\":\"hello\",\"user\":\"alice\"}", 200);
            see(admin, "end-session", OPERATOR, ofAlice, "{\"reason\":\"why\"}", 200);
            see(admin, "end-session", OPERATOR, NOBODY, "", 404);
            see(admin, "block-user", OPERATOR, "", "{\"user\":\"carol\",\"duration\":\"1h\",\"reason\":\"why\"}", 200);
            see(admin, "list-blocks", VIEWER, "", "", 200);
            see(admin, "unblock-user", OPERATOR, "", "{\"user\":\"carol\"}", 200);
            see(admin, "unblock-user", OPERATOR, "", "{\"user\":\"carol\"}", 404);
            secondFactors(admin);
            grants(admin);
            deviceTickets(admin);
            see(admin, "end-user", OPERATOR, "", "{\"user\":\"alice\"}", 200);
        }
        fullTableOfBlocks();
        fileOfBlocksThatCannotBeWritten();
        tooManyFailures();
        description
                .get("paths")
                .forEach(path -> path.forEach(operation -> assertThat(
                                seen.get(operation.get("operationId").asString()))
                        .as(operation.get("operationId").asString())
                        .isEqualTo(statuses(operation))));
        fieldsAreThoseOf(description);
    }

    private static final String APPROVED = """
            [[policy.rule]]
            name = "approved"
            users = ["bob"]
            targets = ["127.0.0.1"]
            ports = ["1-65535"]
            approval = "self"
            """;
    /** More than an account may have grants for. */
    private static final List<String> DESKTOPS = Stream.concat(
                    Stream.of("pc"), IntStream.rangeClosed(1, 20).mapToObj(number -> "pc" + number))
            .toList();

    private static final String PORTAL = Browser.PORTAL
            + """
            [portal.totp]
            [portal.grants]
            approver-groups = ["guests"]
            file = "state/grants"
            desktops = [%s]
            [portal.device-tickets]
            file = "state/device-tickets"
            %s
            """.formatted(
                            DESKTOPS.stream().map(name -> '"' + name + '"').collect(Collectors.joining(", ")),
                            DESKTOPS.stream()
                                    .map("[[desktop]]\nname = \"%s\"\nhost = \"127.0.0.1\""::formatted)
                                    .collect(Collectors.joining("\n")));

    private void secondFactors(AdminClient admin) throws Exception {
        Path codes = admin.gateway().folder().resolve("totp");
        String line = "codes\t\\dora\tsha1\t6\tGEZDGNBVGY3TQOJQ\t2026-11-30T12:00:00Z\t0\t0\t-\n";
        AdminClient.writePrivate(codes, Files.readString(codes).replace("# end", line + "# end"));
        String dora = "{\"user\":\"dora\",\"reason\":\"why\"}";
        see(admin, "reset-second-factor", ADMIN, "", dora, 200);
        see(admin, "reset-second-factor", ADMIN, "", dora, 404);
        Files.delete(codes.resolveSibling("totp.lock"));
        see(admin, "reset-second-factor", ADMIN, "", dora, 409);
    }

    private void grants(AdminClient admin) throws Exception {
        String carol = "{\"user\":\"carol\",\"desktop\":\"pc\",\"duration\":\"1h\",\"once\":true,\"reason\":\"why\"}";
        assertThat(AccessBrowser.signedIn(admin.gateway(), "carol").ask("pc", "why"))
                .isEqualTo(303);
        Path state = admin.gateway().folder().resolve("state");
        Files.move(state, state.resolveSibling("elsewhere"));
        see(admin, "add-grant", ADMIN, "", carol, 200); // it cannot be kept
        Files.move(state.resolveSibling("elsewhere"), state);
        see(admin, "add-grant", ADMIN, "", carol, 200);
        String corol = carol.replace("carol", "corol"); // nobody has this name
        // While the account file is young, an account that is missing in it may be written still.
        Await.until(
                "a warning",
                () -> admin.post(ADMIN, "/v1/grants/add", corol).json().has("warning"));
        see(admin, "add-grant", ADMIN, "", corol, 200);
        see(admin, "add-grant", ADMIN, "", carol.replace("\"pc\"", "\"none\""), 404);
        see(admin, "add-grant", ADMIN, "", carol.replace("\"carol\"", "\"carol@example.com\""), 400);
        see(admin, "list-grants", VIEWER, "", "", 200);
        String id = admin.get(VIEWER, "/v1/grants")
                .json()
                .get("grants")
                .get(0)
                .get("id")
                .asString();
        see(admin, "revoke-grant", OPERATOR, id, "", 200);
        see(admin, "revoke-grant", OPERATOR, id, "", 404);
        for (String desktop : DESKTOPS.subList(1, 21)) {
            see(admin, "add-grant", ADMIN, "", carol.replace("\"pc\"", '"' + desktop + '"'), 200);
        }
        see(admin, "add-grant", ADMIN, "", carol, 409);
    }

    private void deviceTickets(AdminClient admin) throws Exception {
        AccessBrowser browser = AccessBrowser.signedIn(admin.gateway(), "bob");
        for (String device : List.of("phone", "tablet", "laptop")) {
            assertThat(browser.getDeviceFile("pc", device)).isEqualTo(200);
        }
        see(admin, "list-device-tickets", VIEWER, "", "", 200);
        JsonNode tickets = admin.get(VIEWER, "/v1/device-tickets").json().get("tickets");
        assertThat(tickets).hasSize(3);
        see(admin, "list-device-tickets", VIEWER, "user=b*&device=*t*&limit=1", "", 200);
        see(admin, "list-device-tickets", VIEWER, "cursor=0", "", 400);
        String first = tickets.get(0).get("id").asString();
        see(admin, "revoke-device-ticket", OPERATOR, first, "", 200);
        see(admin, "revoke-device-ticket", OPERATOR, first, "", 404);
        Path state = admin.gateway().folder().resolve("state");
        Files.move(state, state.resolveSibling("elsewhere"));
        see(admin, "revoke-device-ticket", OPERATOR, tickets.get(1).get("id").asString(), "", 200);
        see(admin, "end-user", OPERATOR, "", "{\"user\":\"bob\"}", 200);
        Files.move(state.resolveSibling("elsewhere"), state);
    }

    /** The optional fields that this test does not provoke. */
    private static final Set<String> UNSEEN = Set.of(
            "DeviceTicket.lastUsed",
            "DeviceTicket.lastUsedFrom",
            "User.domain",
            "SignIn.token",
            "Status.certificateProblem",
            "Status.nextCertificate");

    private void fieldsAreThoseOf(JsonNode description) {
        description.at("/components/schemas").propertyStream().forEach(schema -> {
            Set<String> described = new TreeSet<>();
            schema.getValue().get("properties").propertyNames().forEach(described::add);
            described.removeIf(name -> UNSEEN.contains(schema.getKey() + "." + name));
            assertThat(fields.get(schema.getKey())).as(schema.getKey()).isEqualTo(described);
        });
    }

    private void refusalsThatAllHave(AdminClient admin, Operation operation, String id) throws Exception {
        String path = operation.path().replace("{id}", id);
        String bad = operation.method().equals("GET") ? path + "?nonsense=1" : path;
        note(admin, operation, request(admin, operation, bad, "admin", "{\"nonsense\":true}"), 400);
        // Without a token rather than with a wrong one: only a few of these are answered in a minute.
        HttpRequest anonymous = HttpRequest.newBuilder(
                        request(admin, operation, path, "admin", "{}"),
                        (name, _) -> !name.equalsIgnoreCase("Authorization"))
                .build();
        note(admin, operation, anonymous, 401);
        HttpRequest page = HttpRequest.newBuilder(request(admin, operation, path, "admin", "{}"), (_, _) -> true)
                .header("Origin", "https://evil.example")
                .build();
        note(admin, operation, page, 403);
        if (operation.method().equals("POST")) {
            note(admin, operation, request(admin, operation, path, "viewer", "{}"), 403);
            note(admin, operation, request(admin, operation, path, "admin", " ".repeat(20_000)), 413);
            HttpRequest form = HttpRequest.newBuilder(
                            request(admin, operation, path, "admin", "user=alice"),
                            (name, _) -> !name.equalsIgnoreCase("Content-Type"))
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .build();
            note(admin, operation, form, 415);
        }
    }

    private static HttpRequest request(AdminClient admin, Operation operation, String path, String role, String body) {
        HttpRequest.Builder request = admin.request(path)
                .header("Content-Type", "application/json")
                .header(
                        "Authorization",
                        "Bearer " + AdminRole.of(role).map(admin::token).orElse("gha_nonsense"));
        return operation.method().equals("GET")
                ? request.build()
                : request.POST(HttpRequest.BodyPublishers.ofString(body)).build();
    }

    private Answer note(AdminClient admin, Operation operation, HttpRequest request, int status) throws Exception {
        Answer answer = admin.send(request);
        assertThat(answer.status()).as(operation.id() + " " + answer.json()).isEqualTo(status);
        assertThat(answer.type()).isEqualTo(status == 200 ? "application/json" : "application/problem+json");
        seen.computeIfAbsent(operation.id(), _ -> new TreeSet<>()).add(status);
        JsonNode description = description();
        String reference = "/paths/" + operation.path().replace("/", "~1") + "/"
                + operation.method().toLowerCase(java.util.Locale.ROOT)
                + "/responses/200/content/application~1json/schema";
        collect(
                description,
                status == 200 ? description.at(reference) : reference("Problem"),
                answer.json(),
                operation.id());
        return answer;
    }

    private static JsonNode reference(String schema) {
        return JsonMapper.shared().createObjectNode().put("$ref", "#/components/schemas/" + schema);
    }

    /** Holds {@code value} to its schema, and notes which fields it has. */
    private void collect(JsonNode description, JsonNode type, JsonNode value, String place) {
        if (type.has("$ref")) {
            String name = type.get("$ref").asString().replaceAll(".*/", "");
            JsonNode schema = description.at("/components/schemas/" + name);
            List<String> names = new ArrayList<>(value.propertyNames());
            assertThat(schema.get("properties").propertyNames()).as(place).containsAll(names);
            assertThat(names).as(place).containsAll(texts(schema.get("required")));
            fields.computeIfAbsent(name, _ -> new TreeSet<>()).addAll(names);
            names.forEach(each ->
                    collect(description, schema.at("/properties/" + each), value.get(each), place + "." + each));
        } else if (type.get("type").asString().equals("array")) {
            assertThat(value.isArray()).as(place).isTrue();
            value.forEach(each -> collect(description, type.get("items"), each, place));
        } else {
            switch (type.get("type").asString()) {
                case "integer" -> assertThat(value.isIntegralNumber()).as(place).isTrue();
                case "boolean" -> assertThat(value.isBoolean()).as(place).isTrue();
                default -> assertThat(value.isString()).as(place).isTrue();
            }
        }
    }

    private void see(AdminClient admin, String id, AdminRole role, String what, String body, int status)
            throws Exception {
        Operation operation = operations().stream()
                .filter(each -> each.id().equals(id))
                .findFirst()
                .orElseThrow();
        String path = operation.path().contains("{id}")
                ? operation.path().replace("{id}", what)
                : operation.path() + (what.isEmpty() ? "" : "?" + what);
        note(admin, operation, request(admin, operation, path, role.label(), body), status);
    }

    private void debugging(AdminClient admin) throws Exception {
        see(admin, "begin-debug", OPERATOR, "", "{\"user\":\"alice\",\"duration\":\"10m\"}", 200);
        for (int i = 1; i < DebugWatches.MOST; i++) {
            see(admin, "begin-debug", OPERATOR, "", "{\"source\":\"192.0.2." + i + "\",\"duration\":\"10m\"}", 200);
        }
        see(admin, "begin-debug", OPERATOR, "", "{\"source\":\"192.0.2.99\",\"duration\":\"10m\"}", 409);
        see(admin, "list-debug", VIEWER, "", "", 200);
        see(admin, "end-debug", OPERATOR, "", "", 200);
    }

    private void fullTableOfBlocks() throws Exception {
        List<UserBlocks.Block> full = new ArrayList<>();
        Instant now = Instant.now();
        for (int i = 0; i < UserBlocks.MOST; i++) {
            full.add(new UserBlocks.Block("\\user" + i, now, now.plusSeconds(3600), "root", ""));
        }
        Path other = Files.createDirectory(folder.resolve("full"));
        AdminClient.writePrivate(other.resolve("blocks"), UserBlocks.text(full));
        try (AdminClient admin = AdminClient.start(other, TestGateway.RULE)) {
            see(admin, "block-user", OPERATOR, "", "{\"user\":\"alice\",\"duration\":\"1h\"}", 409);
            see(admin, "list-grants", VIEWER, "", "", 404);
            see(admin, "list-device-tickets", VIEWER, "", "", 404);
        }
    }

    private void fileOfBlocksThatCannotBeWritten() throws Exception {
        Path other = Files.createDirectory(folder.resolve("unwritable"));
        try (AdminClient admin = AdminClient.start(other, TestGateway.RULE)) {
            Files.createDirectory(other.resolve("blocks"));
            see(admin, "block-user", OPERATOR, "", "{\"user\":\"alice\",\"duration\":\"1h\"}", 200);
            see(admin, "unblock-user", OPERATOR, "", "{\"user\":\"alice\"}", 200);
        }
    }

    private void tooManyFailures() throws Exception {
        Path other = Files.createDirectory(folder.resolve("spent"));
        try (AdminClient admin = AdminClient.start(other, TestGateway.RULE)) {
            for (int i = 0; i < 20; i++) {
                admin.send(request(admin, operations().getFirst(), "/v1/status", "nobody", ""));
            }
            for (Operation operation : operations()) {
                String path = operation.path().replace("{id}", NOBODY);
                note(admin, operation, request(admin, operation, path, "nobody", "{}"), 429);
            }
        }
    }
}

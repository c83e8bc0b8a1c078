package io.gatehouse.jetty.admin;

import io.gatehouse.core.account.NamedAccount;
import io.gatehouse.core.account.UserBlocks;
import io.gatehouse.core.admin.AdminRole;
import io.gatehouse.core.totp.SecondFactors;
import io.gatehouse.jetty.admin.Operation.Answer;
import io.gatehouse.jetty.admin.Operation.Field;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.core.JsonGenerator;

/** Ends users, and keeps them out for a while. */
final class UserOperations {
    private static final Duration LONGEST_BLOCK = Duration.ofDays(366);

    private final AdminServices services;
    private final SessionFilter names;

    UserOperations(AdminServices services) {
        this.services = services;
        this.names = new SessionFilter(services.domains(), services.clock());
    }

    List<Operation> all() {
        Field user = Field.text("user");
        Field reason = Field.optionalText("reason");
        return List.of(
                Operation.post(
                        "end-user", "/v1/users/end", AdminRole.OPERATOR, List.of(user, reason), Set.of(), this::end),
                Operation.get("list-blocks", "/v1/blocks", List.of(), Set.of(), this::list),
                Operation.post(
                        "block-user",
                        "/v1/users/block",
                        AdminRole.OPERATOR,
                        List.of(user, Field.text("duration"), reason),
                        Set.of(409),
                        this::block),
                Operation.post(
                        "unblock-user",
                        "/v1/users/unblock",
                        AdminRole.OPERATOR,
                        List.of(user),
                        Set.of(404),
                        this::unblock),
                Operation.post(
                        "reset-second-factor",
                        "/v1/users/reset-second-factor",
                        AdminRole.ADMIN,
                        List.of(user, reason),
                        Set.of(404, 409),
                        this::resetSecondFactor));
    }

    private Answer end(Call call) throws ApiProblemException {
        NamedAccount account = names.account(call.required("user"));
        UserControl.Ended ended = services.users().end(account, call.why("ended"));
        return new Answer(
                Json.object(json -> {
                    write(json, ended);
                    kept(json, true, ended.problems());
                }),
                call.why("ended") + ", " + ended.text());
    }

    private static void write(JsonGenerator json, UserControl.Ended ended) {
        json.writeNumberProperty("tunnels", ended.tunnels());
        json.writeNumberProperty("portalSessions", ended.portalSessions());
        json.writeNumberProperty("deviceTickets", ended.deviceTickets());
    }

    private Answer resetSecondFactor(Call call) throws ApiProblemException {
        NamedAccount account = names.account(call.required("user"));
        SecondFactors factors = services.secondFactors()
                .orElseThrow(() -> new ApiProblemException(404, "there are no one-time codes ([portal.totp])"));
        List<String> gone;
        try {
            gone = factors.reset(account);
        } catch (IOException e) {
            throw new ApiProblemException(409, "one-time codes cannot be written: " + e.getMessage());
        }
        if (gone.isEmpty()) {
            throw new ApiProblemException(404, "the user has no one-time codes");
        }
        return new Answer(
                Json.object(json -> {
                    json.writeArrayPropertyStart("accounts");
                    gone.forEach(json::writeString);
                    json.writeEndArray();
                }),
                call.why("second factor removed") + ", of " + String.join(", ", gone));
    }

    private Answer list(Call call) {
        return new Answer(
                Json.object(json -> {
                    json.writeArrayPropertyStart("blocks");
                    services.blocks().all().forEach(block -> {
                        json.writeStartObject();
                        write(json, block);
                        json.writeEndObject();
                    });
                    json.writeEndArray();
                }),
                "");
    }

    private static void write(JsonGenerator json, UserBlocks.Block block) {
        json.writeStringProperty("account", block.account());
        json.writeStringProperty("since", block.since().toString());
        json.writeStringProperty("until", block.until().toString());
        json.writeStringProperty("by", block.by());
        json.writeStringProperty("reason", block.reason());
    }

    private static void kept(JsonGenerator json, boolean keeps, List<String> problems) {
        json.writeBooleanProperty("kept", keeps && problems.isEmpty());
        if (!problems.isEmpty()) {
            json.writeStringProperty("keepError", String.join("; ", problems));
        }
    }

    /** First the block, then the end: whatever begins meanwhile is refused, or among what is ended. */
    private Answer block(Call call) throws ApiProblemException {
        NamedAccount account = names.account(call.required("user"));
        Instant now = services.clock().instant().truncatedTo(ChronoUnit.SECONDS);
        Duration duration = Call.duration("duration", call.required("duration"), LONGEST_BLOCK);
        UserBlocks.Block block = new UserBlocks.Block(
                account.key(), now, now.plus(duration), call.caller().name(), call.reason());
        if (!services.blocks().block(block)) {
            throw new ApiProblemException(409, "too many users are blocked (at most " + UserBlocks.MOST + ")");
        }
        Optional<String> keepError = services.blockFile().save(services.blocks());
        // The block learns the other names of users who are connected now, for whoever ends it.
        services.tunnels().users().forEach(services.blocks()::of);
        UserControl.Ended ended = services.users().end(account, block.why());
        return new Answer(
                Json.object(json -> {
                    write(json, block);
                    kept(
                            json,
                            services.blockFile().isConfigured(),
                            Stream.concat(keepError.stream(), ended.problems().stream())
                                    .toList());
                    write(json, ended);
                }),
                block.why() + ", " + ended.text()
                        + keepError.map(error -> "; not kept: " + error).orElse(""));
    }

    private Answer unblock(Call call) throws ApiProblemException {
        NamedAccount account = names.account(call.required("user"));
        List<UserBlocks.Block> ended = services.blocks().unblock(account);
        if (ended.isEmpty()) {
            throw new ApiProblemException(
                    404, "the user is not blocked (list-blocks shows the blocks and the names in them)");
        }
        List<String> accounts = ended.stream().map(UserBlocks.Block::account).toList();
        Optional<String> keepError = services.blockFile().save(services.blocks());
        return new Answer(
                Json.object(json -> {
                    json.writeStringProperty("account", account.key());
                    json.writeArrayPropertyStart("ended");
                    accounts.forEach(json::writeString);
                    json.writeEndArray();
                    // Without a file a restart forgets all blocks, so it does not bring this one back.
                    kept(json, true, keepError.stream().toList());
                }),
                "ended the block of " + String.join(", ", accounts)
                        + keepError.map(error -> "; not kept: " + error).orElse(""));
    }
}

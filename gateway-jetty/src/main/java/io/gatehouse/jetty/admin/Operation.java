package io.gatehouse.jetty.admin;

import io.gatehouse.core.admin.AdminRole;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Something that the API does, as its description (docs/admin-api.yaml) has it.
 *
 * @param id its name in the description and in audit lines
 * @param path of which {@code {id}} stands for one segment
 * @param role the least that a caller must have
 * @param parameters of the query
 * @param fields of the body
 * @param failures the statuses with which it may refuse, beside those that every operation of its kind has
 */
record Operation(
        String id,
        String method,
        String path,
        AdminRole role,
        List<String> parameters,
        List<Field> fields,
        Set<Integer> failures,
        Action action) {
    private static final String ID = "{id}";

    /** Does it. */
    @FunctionalInterface
    interface Action {
        Answer run(Call call) throws ApiProblemException;
    }

    /**
     * A field of a body.
     *
     * @param flag whether it is true or false; otherwise it is text
     */
    record Field(String name, boolean flag, boolean required) {
        static Field text(String name) {
            return new Field(name, false, true);
        }

        static Field optionalText(String name) {
            return new Field(name, false, false);
        }

        static Field flag(String name) {
            return new Field(name, true, false);
        }
    }

    /**
     * What was done.
     *
     * @param json the body of the answer
     * @param detail for the audit line; may be empty
     */
    record Answer(String json, String detail) {}

    Operation {
        parameters = List.copyOf(parameters);
        fields = List.copyOf(fields);
        failures = Set.copyOf(failures);
    }

    static Operation get(String id, String path, List<String> parameters, Set<Integer> failures, Action action) {
        return new Operation(id, "GET", path, AdminRole.VIEWER, parameters, List.of(), failures, action);
    }

    static Operation post(
            String id, String path, AdminRole role, List<Field> fields, Set<Integer> failures, Action action) {
        return new Operation(id, "POST", path, role, List.of(), fields, failures, action);
    }

    /** All statuses of its answers. */
    Set<Integer> statuses() {
        Set<Integer> all = new TreeSet<>(failures);
        all.addAll(List.of(200, 400, 401, 403, 429));
        if (method.equals("POST")) {
            all.addAll(List.of(413, 415));
        }
        return all;
    }

    /** The id in {@code requested}, or empty text when the path has none; empty when it is another path. */
    Optional<String> match(String requested) {
        List<String> mine = Arrays.asList(path.split("/", -1));
        List<String> theirs = Arrays.asList(requested.split("/", -1));
        if (mine.size() != theirs.size()) {
            return Optional.empty();
        }
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < mine.size(); i++) {
            if (mine.get(i).equals(ID)) {
                ids.add(theirs.get(i));
            } else if (!mine.get(i).equals(theirs.get(i))) {
                return Optional.empty();
            }
        }
        return Optional.of(String.join("", ids));
    }
}

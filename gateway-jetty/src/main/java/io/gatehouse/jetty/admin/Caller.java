package io.gatehouse.jetty.admin;

import io.gatehouse.core.admin.AdminRole;

/**
 * Who makes a request.
 *
 * @param name of the token, or of the user of the machine
 * @param method {@code token} or {@code peer}
 */
record Caller(String name, String method, AdminRole role) {}

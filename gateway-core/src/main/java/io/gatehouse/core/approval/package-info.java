/**
 * Connections that wait for somebody to approve them, and approvals that were given. Decides who may answer and what an
 * answer opens; knows neither tunnels nor pages.
 */
@NullMarked
package io.gatehouse.core.approval;

import org.jspecify.annotations.NullMarked;

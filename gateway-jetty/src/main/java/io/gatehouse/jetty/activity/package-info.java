/** What happened lately, kept in memory for the admin area: events, and samples for charts. */
@NullMarked
package io.gatehouse.jetty.activity;

import org.jspecify.annotations.NullMarked;

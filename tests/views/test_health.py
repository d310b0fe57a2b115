def test_the_process_says_it_is_alive_and_its_database_reachable(visitor):
    assert visitor.get("/healthz").json == {"ok": True}
    assert visitor.get("/readyz").json["database"] is True

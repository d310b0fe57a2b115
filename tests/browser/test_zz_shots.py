import pytest, sys
from uuid import uuid4
from datetime import timedelta
from app.services import conversations
from app.services.transaction import transaction
from app.models.base import utcnow
from app.models.conversations import Message
from app.extensions import db
pytestmark=[]
def fill(build):
    client=build.client("Анна Петрова")
    inquiry=build.inquiry(client=client, rooms=["2","3"], wishes="Тихо, рядом парк, с кошкой.\nЖелательно лифт.")
    names=["Пётр Дворжак","Елена Новотна","Ян Крейчи"]
    chats=[]
    for n in names:
        r=build.realtor(n, city=inquiry.city)
        chats.append(conversations.start(inquiry, r))
    def say(c, who, t): return conversations.send(c, nonce=uuid4(), body=t, actor=who)
    c=chats[0]; p=c.realtor; a=c.client
    say(chats[1], chats[1].realtor, "Добрый день! Есть студия в Карлине, 38 м².")
    say(chats[2], chats[2].realtor, "Здравствуйте, подберём.")
    conversations.close(chats[2], actor=a)
    for who,t in [(p,"Здравствуйте, Анна! Есть двухкомнатная на Виноградах, 58 м², тихий двор, парк в двух минутах."),(p,"890 € с коммунальными, заезд с 1 декабря."),(a,"Звучит хорошо. А с кошкой можно?"),(p,"С кошкой можно, хозяйка сама с котом 🙂"),(p,"Вот объявление с фотографиями: https://domus.example/flats/1042?utm=chat. Посмотрите, пожалуйста."),(a,"Отлично, спасибо!\nКогда можно посмотреть?"),(a,"Мне удобно после работы.")]:
        say(c,who,t)
    conversations.mark_read(c, 6, actor=p)
    # older days
    with transaction() as s:
        for seq,d in ((1,2),(2,2),(3,1),(4,1)):
            s.execute(db.update(Message).where(Message.conversation_id==c.id, Message.seq==seq).values(created_at=utcnow()-timedelta(days=d, minutes=40-seq)))
    conversations.mark_read(c, 7, actor=a)
    say(c,p,"Можно посмотреть завтра в 18:00, удобно?")
    say(c,p,"Адрес: Манесова, 32. Встречу у подъезда.")
    return inquiry, chats
def test_shots(build, page_for, live_server):
    inquiry, chats=fill(build)
    c=chats[0]; url=f"/my/conversations/{c.public_id}"
    cl=c.client
    for name,kw in (("phone",dict(phone=True)),("desktop",{}),("dark",dict(dark=True))):
        page=page_for(cl, **kw); page.goto(url); page.wait_for_timeout(1500); page.screenshot(path=f"/tmp/shot-{name}.png")
        if name=="phone":
            page.goto(f"/my/conversations/{chats[2].public_id}"); page.wait_for_timeout(900); page.screenshot(path="/tmp/shot-closed-phone.png")
    print(live_server.log.read_text()[-3000:])
